"""Connections to lend: a few, opened when they are needed, kept open, and thrown away when anything is odd about them.

asyncpg has a pool, which starts a task and moves timers with every use; that costs more processor time than the
statement that follows. docs/decisions/0020 has the figures. What this one leaves out: connections that go after a time
of rest, and settings that are put back after each use (ours end with their transaction).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_Handed: TypeAlias = "Connection | None"
"""What the next in line gets: a connection, or (None) the right to open one."""


class PoolClosed(asyncpg.InterfaceError):
    """No more is lent: the process is about to end."""


class Pool:
    """Lends connections that `connect` opens, at most `most` at once; the one that came back last goes first.

    Who finds none waits in line, `patience` seconds at most.
    """

    def __init__(self, connect: Callable[[], Awaitable[Connection]], *, most: int, patience: float) -> None:
        self._connect = connect
        self._patience = patience
        self._places = most
        self._idle: list[Connection] = []
        self._lent: set[Connection] = set()
        self._line: deque[asyncio.Future[_Handed]] = deque()
        self._all_back = asyncio.Event()
        self._closed = False

    async def lend(self) -> Connection:
        """A connection, to be given back. Raises TimeoutError, PoolClosed, and what `connect` raises."""
        if self._closed:
            raise PoolClosed("the pool is closed")
        connection = self._idle.pop() if self._idle else await self._next_turn()
        if connection is None or connection.is_closed():
            connection = await self._open()
        self._lent.add(connection)
        return connection

    def give_back(self, connection: Connection, *, whole: bool = True) -> None:
        """Take back what was lent. Not `whole` when it was left in the middle of a statement: it is not lent again."""
        self._lent.discard(connection)
        if self._closed or not whole or connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
            self._hand_on(None)
        else:
            self._hand_on(connection)
        if not self._lent:
            self._all_back.set()

    def distrust(self) -> None:
        """Lend none of those that rest: one connection was lost, and the others may be dead without having noticed."""
        for connection in self._idle:
            connection.terminate()
            self._places += 1
        self._idle.clear()

    async def close(self, seconds: float) -> None:
        """Close all connections. Those under way have `seconds` to come back before they are cut off."""
        self._closed = True
        for turn in self._line:
            if not turn.done():
                turn.set_exception(PoolClosed("the pool is closed"))
        left = [*self._idle]
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._lent:
                    self._all_back.clear()
                    await self._all_back.wait()
                for connection in left:
                    await connection.close()
        for connection in [*left, *self._lent]:
            connection.terminate()

    async def _next_turn(self) -> _Handed:
        if self._places:
            self._places -= 1
            return None
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[_Handed] = loop.create_future()
        patience = loop.call_later(self._patience, _give_up, turn)
        self._line.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and turn.exception() is None:  # it came in the very moment of leaving
                self._hand_on(turn.result())
            raise
        finally:
            patience.cancel()

    async def _open(self) -> Connection:
        """Open a connection in a place that the caller holds, and that is free again when it fails."""
        try:
            return await self._connect()
        except BaseException:
            self._hand_on(None)
            raise

    def _hand_on(self, what: _Handed) -> None:
        """Give a connection, or a free place, to the next in line; keep it when nobody waits."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(what)
                return
        if what is None:
            self._places += 1
        else:
            self._idle.append(what)


def _give_up(turn: "asyncio.Future[_Handed]") -> None:
    if not turn.done():
        turn.set_exception(TimeoutError("no connection came free"))
