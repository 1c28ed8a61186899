"""Head and body of an answer in one write.

uvicorn writes them one after the other, and each write to a socket is a walk through the kernel's network code and a
packet of its own: with small answers, the most costly thing that is left. docs/decisions/0020 has the figures.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

Data: TypeAlias = "bytes | bytearray | memoryview[Any]"

_ENOUGH: Final = 65_536
"""Bytes that do not wait for more: past that a write is worth its way, and the socket says when it is full."""


class OneWrite(asyncio.Transport):
    """`transport`, but what is written in one turn of the event loop leaves with one write at its end."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._parts: list[Data] = []
        self._size = 0

    def write(self, data: Data) -> None:
        """Keep the bytes until the turn ends, or until there are enough of them."""
        if not self._parts:
            self._loop.call_soon(self._leave)
        self._parts.append(data)
        self._size += len(data)
        if self._size > _ENOUGH:
            self._leave()

    def writelines(self, list_of_data: Iterable[Data]) -> None:
        """The same for several."""
        for data in list_of_data:
            self.write(data)

    def close(self) -> None:
        """Send what is kept, then close."""
        self._leave()
        self._transport.close()

    def abort(self) -> None:
        """Close without sending anything more."""
        self._parts.clear()
        self._transport.abort()

    def is_closing(self) -> bool:
        """Whether it is closed or about to be."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 -- asyncio's own signature
        """What is known about the socket."""
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """Read no more for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        self._transport.resume_reading()

    def _leave(self) -> None:
        if self._parts:
            parts, self._parts, self._size = self._parts, [], 0
            if not self._transport.is_closing():  # the caller has gone
                self._transport.writelines(parts)
