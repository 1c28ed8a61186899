"""The door to PostgreSQL: a pool of connections, short transactions, and one sentence when it is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import TypeAlias

import asyncpg

from doorstep.failure import Failure
from doorstep.kit.connecting import Hosts
from doorstep.kit.outages import NO_ROOM, POOLED, Outage, Pooled, is_refused_connection, outage_of
from doorstep.kit.pool import Connection, Pool
from doorstep.kit.room import Room

__all__ = ["Connection", "Database", "DatabaseUnavailable", "Record", "plan_for_arguments"]

Record: TypeAlias = asyncpg.Record

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
        self._hosts = Hosts(dsn, seconds=_WAIT)
        self._room = Room()
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
        return _Use(self._pool, self._hosts, self._room)

    async def fetch(self, statement: str, *arguments: object) -> list[Record]:
        """The rows of one statement, its own transaction. Raises DatabaseUnavailable."""
        async with self.connection() as connection:
            return await connection.fetch(statement, *arguments)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises. Raises DatabaseUnavailable."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def require_writable(self) -> None:
        """Pass where somebody could log in. Raises DatabaseUnavailable, NotWritable.

        A standby and a database that is set to read only answer every question, and a full disk answers most.
        """
        async with self.connection() as connection:
            await self._room.require(connection)

    async def _connect(self) -> Connection:
        connection = await self._hosts.connect(
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

    __slots__ = ("_connection", "_hosts", "_pool", "_room")

    def __init__(self, pool: Pool, hosts: Hosts, room: Room) -> None:
        self._pool = pool
        self._hosts = hosts
        self._room = room
        self._connection: Connection | None = None

    async def __aenter__(self) -> Connection:
        try:
            self._connection = await self._pool.lend()
        except Exception as refused:
            if not is_refused_connection(refused):
                raise
            self._hosts.start_over()
            if isinstance(refused, NO_ROOM):
                self._room.note_refusal()
            raise DatabaseUnavailable(retry_after=2) from refused
        return self._connection

    async def __aexit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if error is None and self._connection is not None:
            self._pool.give_back(self._connection)
            return
        outage = outage_of(error)
        if self._connection is not None:
            whole = outage not in {Outage.LOST, Outage.POOLED} and not isinstance(error, _CUT_OFF)
            self._pool.give_back(self._connection, whole=whole)
        if outage is Outage.LOST:
            self._hosts.start_over()
            self._pool.distrust()
        if isinstance(error, NO_ROOM):
            self._room.note_refusal()
        match outage:
            case Outage.COLLISION:
                raise DatabaseUnavailable(retry_after=1) from error
            case Outage.POOLED:
                raise DatabaseUnavailable(retry_after=2) from Pooled(f"{POOLED} ({str(error).partition(chr(10))[0]})")
            case Outage.LOST | Outage.UNABLE:
                raise DatabaseUnavailable(retry_after=2) from error
