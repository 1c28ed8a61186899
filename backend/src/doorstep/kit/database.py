"""The door to PostgreSQL: a pool of connections, short transactions, and one sentence when it is away."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from doorstep.failure import Failure

Record: TypeAlias = asyncpg.Record
Connection: TypeAlias = "asyncpg.Connection[Record] | PoolConnectionProxy[Record]"

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


_WAIT = 5.0
"""Seconds for a connection: a free one, or a new one."""


async def _leave_as_it_is(_: Connection) -> None:
    """Nothing to put back: all that we change in a connection ends with its transaction. Saves a round trip a use."""


class Database:
    """A pool of connections to one PostgreSQL.

    `dsn` is a libpq URL; `connections` the most that are open at once. Behind PgBouncer in transaction mode prepared
    statements must not outlive a transaction: `statement_cache=0` turns them off.
    """

    def __init__(self, dsn: str, *, connections: int, statement_cache: int = 256) -> None:
        self._dsn = dsn
        self._connections = connections
        self._statement_cache = statement_cache
        self._pool: asyncpg.Pool[Record] | None = None

    async def open(self) -> None:
        """Make the pool. It starts empty, so that a database that is away at start can come later."""
        self._pool = await asyncpg.create_pool(
            self._dsn,
            min_size=0,
            max_size=self._connections,
            timeout=5,
            command_timeout=10,
            reset=_leave_as_it_is,
            statement_cache_size=self._statement_cache,
            server_settings={"application_name": "doorstep", "timezone": "UTC"},
        )

    async def close(self) -> None:
        """Close all connections; statements under way are given up after a second."""
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        try:
            await asyncio.wait_for(pool.close(), timeout=1)
        except TimeoutError:
            pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """One connection for single statements, each its own transaction. Raises DatabaseUnavailable."""
        if self._pool is None:
            raise RuntimeError("the database is used before open() or after close()")
        try:
            # A timer, which costs more than a statement's own bookkeeping, only where there is something to wait for.
            connection = await self._pool.acquire(timeout=None if self._pool.get_idle_size() else _WAIT)
            try:
                yield connection
            finally:
                await self._pool.release(connection, timeout=_WAIT)
        except OUTAGES as outage:
            raise DatabaseUnavailable(retry_after=2) from outage
        except COLLISIONS as collision:
            raise DatabaseUnavailable(retry_after=1) from collision

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises. Raises DatabaseUnavailable."""
        async with self.connection() as connection, connection.transaction():
            yield connection
