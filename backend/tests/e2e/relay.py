"""A wire that can be cut: it carries bytes from a port of its own to a server, by TLS if wanted."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_CHUNK = 65_536


class Relay:
    """Listens on `port` of the loopback while it is up; `reach` opens the way to the server behind it."""

    def __init__(self, port: int, reach: Callable[[], Awaitable[Streams]], tls: ssl.SSLContext | None = None) -> None:
        self.port = port
        self._reach = reach
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._carrying: set[asyncio.Task[None]] = set()

    async def up(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port, ssl=self._tls)

    async def down(self) -> None:
        """Cut every connection, and take no new one."""
        if self._server is not None:
            self._server.close()
            self._server = None
        carrying = list(self._carrying)
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        ends = [writer]
        with suppress(OSError, asyncio.CancelledError):
            their_reader, their_writer = await self._reach()
            ends.append(their_writer)
            async with asyncio.TaskGroup() as both:
                both.create_task(_pass_on(reader, their_writer))
                both.create_task(_pass_on(their_reader, writer))
        for end in ends:
            end.transport.abort()
        self._carrying.discard(task)


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(_CHUNK):
            target.write(data)
            await target.drain()
        target.write_eof() if target.can_write_eof() else target.close()
