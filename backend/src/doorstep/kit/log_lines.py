"""Log lines on their way out: those of one turn of the event loop leave together at its end, 4 KiB with one write.

A write for each line is a walk through the kernel with every request. What is lost when the process is killed is what
belongs to answers that have not left either. Outside of an event loop each line leaves at once.
"""

import asyncio
import atexit
from collections.abc import Iterator
from contextlib import suppress
from select import PIPE_BUF
from threading import Lock
from typing import Protocol


class Out(Protocol):
    """Where text goes in the end."""

    def write(self, text: str, /) -> object:
        """Take the text."""

    def flush(self) -> object:
        """Keep none of it back."""


class LogLines:
    """A stream in front of `out`; what is given to `write` at once is one line. Threads may share it."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._lock = Lock()
        self._parts: list[str] = []
        self._turn_of: asyncio.AbstractEventLoop | None = None
        atexit.register(self.leave)

    def write(self, text: str) -> None:
        """Keep the text until `flush`."""
        with self._lock:
            self._parts.append(text)

    def flush(self) -> None:
        """Let the text leave: when the turn of the running event loop ends, or now if none is running here."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.leave()
            return
        if self._turn_of is not loop:
            self._turn_of = loop
            loop.call_soon(self.leave)

    def leave(self) -> None:
        """Write all that is kept. A stream that takes nothing (a full disk) stops nobody's work."""
        with self._lock:
            self._turn_of = None
            parts, self._parts = self._parts, []
            with suppress(OSError):
                for whole in _joined(parts):
                    self._out.write(whole)
                    self._out.flush()


def _joined(parts: list[str]) -> Iterator[str]:
    """As few texts as may be, each of whole parts. A pipe that several processes write to mixes longer ones."""
    gathered: list[str] = []
    size = 0
    for part in parts:
        if gathered and size + len(part) > PIPE_BUF:
            yield "".join(gathered)
            gathered, size = [], 0
        gathered.append(part)
        size += len(part)
    if gathered:
        yield "".join(gathered)
