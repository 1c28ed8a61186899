"""Which errors of the database are outages: it is away, or cannot do this just now, and what was asked is not wrong."""

import asyncio
from enum import Enum, auto
from typing import Final

import asyncpg

# What a lost, refused or restarting server looks like from here. asyncpg reports a connection that was closed under a
# statement as InterfaceError, ConnectionDoesNotExistError or, where the server went in the middle of a message,
# InternalClientError; a fail-over without a host that takes writes is one of the last, too.
_LOST: Final[tuple[type[BaseException], ...]] = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.DatabaseDroppedError,
    asyncpg.IdleSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
)

# The connection is good, and the server cannot do it: no disk, memory or file (classes 53 and 58), or a limit of the
# operator's own (`statement_timeout`, `lock_timeout`) that ended the statement (class 57, 55P03).
_UNABLE: Final[tuple[type[BaseException], ...]] = (
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
)

# A pooler gave this transaction another connection than the one that the statement was prepared on.
_STATEMENT_LOST: Final[tuple[type[BaseException], ...]] = (
    asyncpg.InvalidSQLStatementNameError,
    asyncpg.DuplicatePreparedStatementError,
)

# What somebody else did in the same moment: a row that this refers to was erased, two waited for each other, or a table
# was changed under a prepared statement. Nothing was written, and the same again goes another way.
_COLLISIONS: Final[tuple[type[BaseException], ...]] = (
    asyncpg.ForeignKeyViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
)

_FATAL: Final = frozenset({"FATAL", "PANIC"})

NO_ROOM: Final = asyncpg.DiskFullError

POOLED: Final = (
    "A pooler such as PgBouncer in transaction mode stands before the database, and prepared statements do not outlive "
    "a transaction there: set DOORSTEP_DATABASE_STATEMENT_CACHE=0."
)


class Outage(Enum):
    """What is left of the connection on which it happened."""

    LOST = auto()
    """Nothing: and those that rest may be as dead."""
    UNABLE = auto()
    """It goes on, and the server may do this later."""
    COLLISION = auto()
    """It goes on, and the same can be done at once."""
    POOLED = auto()
    """It belongs to somebody else by now; the operator has to set `POOLED`."""


class Pooled(Exception):  # noqa: N818 -- like Failure, it is a refusal and no accident
    """Says `POOLED` in the log, as the cause of an outage."""


def outage_of(error: BaseException | None) -> Outage | None:
    """Which outage this is; None for everything else, which is a defect or an answer.

    Whatever ends the connection by PostgreSQL's own word (`FATAL`) is one: a server that cannot write its own files
    says so under the code of an internal error.
    """
    if error is None:
        return None
    if isinstance(error, _COLLISIONS):
        return Outage.COLLISION
    if isinstance(error, _STATEMENT_LOST):
        return Outage.POOLED
    if isinstance(error, _LOST) or getattr(error, "severity_en", None) in _FATAL:
        return Outage.LOST
    return Outage.UNABLE if isinstance(error, _UNABLE) else None


def is_refused_connection(error: BaseException) -> bool:
    """Whether no connection could be made: nothing of ours was asked yet, so every word of the server's is one."""
    return isinstance(error, asyncpg.PostgresError) or outage_of(error) is not None
