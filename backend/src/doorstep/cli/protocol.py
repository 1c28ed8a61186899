"""HTTP/1.1 as uvicorn speaks it, with bounds on what somebody can make us hold before a request is complete.

The parser keeps header lines of any length and waits for the rest for ever. Here the head of a request may have 64 KiB
and must be there within 15 seconds; `web/` sets the narrower limits that are answered politely.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from doorstep.cli.one_write import OneWrite

MAX_HEAD_BYTES = 65_536
HEAD_SECONDS = 15.0


class BoundedHttp(HttpToolsProtocol):
    """Closes the connection of a client whose request head is too large or too slow."""

    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Give the first request its time."""
        super().connection_made(OneWrite(transport, self.loop))
        self._begin_head()

    def data_received(self, data: bytes) -> None:
        """Count what comes before a head is complete. One that comes whole, as nearly all do, needs no clock."""
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes:
            if self._head_bytes > MAX_HEAD_BYTES:
                self._give_up()
            elif self._head_timer is None:
                self._begin_head()

    def on_message_begin(self) -> None:
        """A head has begun, and with it its time. Behind another request in one read, its bytes there count as one."""
        self._head_bytes = max(self._head_bytes, 1)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is there: from here on bodies are counted by `web/`."""
        self._in_head = False
        self._head_bytes = 0
        self._end_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What follows on this connection is another head; its time begins with its first byte."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the clock."""
        self._end_timer()
        super().connection_lost(exc)

    def _begin_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _end_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._end_timer()
        if not self.transport.is_closing():
            self.transport.close()
