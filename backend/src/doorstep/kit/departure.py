"""Stopping with notice: `/readyz` says so for a while before the listener closes, so that no proxy sends more here.

The server program stops by its own handler of SIGTERM, which is called when the notice is over. In that time requests
are answered as ever, and each answer says that its connection ends (RFC 9112 section 9.6).
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import structlog

_ASKED_BY: Final = signal.SIGTERM
_log = structlog.get_logger(__name__)


class Stopping(Exception):  # noqa: N818 -- a word for the log, as of a part that is not ready
    """This process was asked to stop."""


class Departure:
    """Whether this process was asked to stop. `seconds` is how long it goes on all the same; 0 = not at all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.is_near = False

    async def require_staying(self) -> None:
        """Pass unless we were asked to stop. Raises Stopping."""
        if self.is_near:
            raise Stopping("asked to stop: requests are answered until the listener closes")

    @contextmanager
    def announced(self) -> Iterator[None]:
        """While the block runs, SIGTERM is given notice of. A second one ends the notice, as SIGINT does.

        Called by a running loop in the main thread, where the server program has its handler already; elsewhere (the
        application is mounted in another one) the signal is not ours.
        """
        loop = asyncio.get_running_loop()
        before = signal.getsignal(_ASKED_BY)
        in_main = threading.current_thread() is threading.main_thread()
        if not callable(before) or not in_main or self._seconds <= 0:
            yield
            return
        stop = before

        def asked(number: int, frame: FrameType | None) -> None:
            if self.is_near:
                stop(number, frame)
                return
            self.is_near = True
            _log.info("stopping", notice=self._seconds)
            loop.call_soon_threadsafe(loop.call_later, self._seconds, stop, number, None)

        signal.signal(_ASKED_BY, asked)
        try:
            yield
        finally:
            if signal.getsignal(_ASKED_BY) is asked:
                signal.signal(_ASKED_BY, before)
