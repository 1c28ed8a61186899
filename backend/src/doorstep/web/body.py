"""The body of a request: read whole before anything else runs, within a size and a time.

Everything this product accepts is small, so the body is gathered here once. What comes after sees one message, cannot
be kept waiting by a slow sender, and holds no lock or connection while bytes trickle in.
"""

import asyncio

from starlette.types import Message, Receive

from doorstep.web.failures import RequestTimeout, TooLarge
from doorstep.web.header_lines import HeaderLines, first


class BodyLimit:
    """Gathers the body of a request: at most `max_bytes`, complete within `seconds`."""

    def __init__(self, *, max_bytes: int, seconds: float = 15) -> None:
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def read(self, lines: HeaderLines, receive: Receive) -> bytes | None:
        """The whole body, empty where there is none; None when the caller has gone meanwhile.

        Raises TooLarge (at once when `Content-Length` tells, else as soon as there are too many) and RequestTimeout.
        """
        declared = first(lines, b"content-length", "0")
        if not declared.isdecimal() or int(declared) > self._max_bytes:
            raise TooLarge(unread=True)
        # Without these two lines there is no body (RFC 9112 section 6.3), and nothing to wait for.
        if declared != "0" or b"transfer-encoding" in lines:
            return await self._in_time(receive)
        return b""

    async def _in_time(self, receive: Receive) -> bytes | None:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._gather(receive)
        except TimeoutError:
            raise RequestTimeout from None

    async def _gather(self, receive: Receive) -> bytes | None:
        """The whole body, or None when the caller has gone."""
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._max_bytes:
                raise TooLarge(unread=more)
        return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives `body` in one message and then what `receive` still brings (the caller's leaving)."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
