"""The body of a request: read whole before anything else runs, within a size and a time.

Everything this product accepts is small, so the body is gathered here once. What comes after sees one message, cannot
be kept waiting by a slow sender, and holds no lock or connection while bytes trickle in.
"""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from doorstep.web.failures import RequestTimeout, TooLarge
from doorstep.web.middleware import HttpMiddleware


class BodyLimit(HttpMiddleware):
    """Hands the body on in one message.

    Raises TooLarge past `max_bytes` (at once when `Content-Length` tells, else as soon as the bytes are too many) and
    RequestTimeout when the body is not complete within `seconds`. A caller that leaves meanwhile gets no answer.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, seconds: float = 15) -> None:
        super().__init__(app)
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > self._max_bytes:
            raise TooLarge(unread=True)
        # Without these two lines there is no body (RFC 9112 section 6.3), and nothing to wait for.
        has_body = declared != "0" or "transfer-encoding" in headers
        body = await self._in_time(receive) if has_body else b""
        if body is not None:
            await self._app(scope, replay(body, receive), send)

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
