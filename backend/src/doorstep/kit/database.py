"""The door to PostgreSQL: a pool of connections, short transactions, and one sentence when it is away."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import TypeAlias

import asyncpg

from doorstep.failure import Failure
from doorstep.kit.pool import Connection, Pool

__all__ = ["Connection", "Database", "DatabaseUnavailable", "Record", "plan_for_arguments"]

Record: TypeAlias = asyncpg.Record

# What a lost, refused, full or restarting server looks like from here. asyncpg reports a connection that was closed
# under a statement as InterfaceError or ConnectionDoesNotExistError, and PostgreSQL's own shutdown as class 57P0x.
OUTAGES: tuple[type[BaseException], ...] = (
    OSError,
    asyncio.TimeoutError,
    ssl.SSLError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.ReadOnlySQLTransactionError,
)

# What somebody else did in the same moment: a row that this refers to was erased, or two waited for each other. Nothing
# was written, and the same again goes another way.
COLLISIONS: tuple[type[BaseException], ...] = (
    asyncpg.ForeignKeyViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)

UNIQUE_VIOLATION = asyncpg.UniqueViolationError
"""A row of that key is there already, written by somebody else at the same moment."""


class DatabaseUnavailable(Failure):
    """The database cannot be reached, or cannot do this just now; nothing was written."""

    status = 503
    code = "database_unavailable"
    title = "We cannot reach our records just now. Please try again in a moment."


_CUT_OFF = (asyncio.CancelledError, TimeoutError)
"""How a statement ends in the middle, with its answer still to come."""

_WAIT = 5.0
"""Seconds for a connection: a free one, or a new one."""

# PostgreSQL would plan a statement anew for each execution while it believes that this pays, which it does where a list
# of keys usually has one: a signed-in request then cost it three times as much (docs/decisions/0024). A statement, and
# no startup parameter: those PgBouncer refuses.
_PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"
_PLAN_FOR_ARGUMENTS = "SET LOCAL plan_cache_mode = force_custom_plan"


class Database:
    """A pool of connections to one PostgreSQL.

    `dsn` is a libpq URL; `connections` the most that are open at once. Each connection prepares a statement once, and
    `plan_once` has PostgreSQL plan it once, too: right for a server, whose statements find a few rows by key. Behind
    PgBouncer in transaction mode neither may outlive a transaction: `statement_cache=0` turns both off.
    """

    def __init__(self, dsn: str, *, connections: int, statement_cache: int = 256, plan_once: bool = True) -> None:
        self._dsn = dsn
        self._connections = connections
        self._statement_cache = statement_cache
        self._plan_once = plan_once and statement_cache > 0
        self._pool: Pool | None = None

    async def open(self) -> None:
        """Make the pool. It starts empty, so that a database that is away at start can come later."""
        self._pool = Pool(self._connect, most=self._connections, patience=_WAIT)

    async def close(self) -> None:
        """Close all connections; statements under way are given up after a second."""
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        await pool.close(seconds=1)

    def connection(self) -> AbstractAsyncContextManager[Connection]:
        """One connection for single statements, each its own transaction. Raises DatabaseUnavailable."""
        if self._pool is None:
            raise RuntimeError("the database is used before open() or after close()")
        return _Use(self._pool)

    async def fetch(self, statement: str, *arguments: object) -> list[Record]:
        """The rows of one statement, its own transaction. Raises DatabaseUnavailable."""
        async with self.connection() as connection:
            return await connection.fetch(statement, *arguments)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises. Raises DatabaseUnavailable."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def _connect(self) -> Connection:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=5,
            command_timeout=10,
            statement_cache_size=self._statement_cache,
            server_settings={"application_name": "doorstep", "timezone": "UTC"},
        )
        if self._plan_once:
            try:
                await connection.execute(_PLAN_ONCE)
            except BaseException:
                connection.terminate()
                raise
        return connection


async def plan_for_arguments(tx: Connection) -> None:
    """Have the rest of this transaction planned for the arguments of each execution.

    For statements whose best plan depends on them, such as the range of a purge. All others are planned once.
    """
    await tx.execute(_PLAN_FOR_ARGUMENTS)


class _Use:
    """The use of one connection, and the translation of what goes wrong in it.

    A class: made of a generator, it would cost more than a pool's whole work, with every statement.
    """

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._connection: Connection | None = None

    async def __aenter__(self) -> Connection:
        try:
            self._connection = await self._pool.lend()
        except OUTAGES as outage:
            raise DatabaseUnavailable(retry_after=2) from outage
        return self._connection

    async def __aexit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._pool.give_back(self._connection, whole=not isinstance(error, _CUT_OFF))
        if isinstance(error, OUTAGES):
            self._pool.distrust()
            raise DatabaseUnavailable(retry_after=2) from error
        if isinstance(error, COLLISIONS):
            raise DatabaseUnavailable(retry_after=1) from error
