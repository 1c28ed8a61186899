"""Answering while the other side is still sending.

Closing a connection with unread bytes in it makes the system reset it, and the reset can overtake the answer: the
caller sees a broken connection where it should read 413. So the answer goes out at once, and what still arrives is
read and dropped for a moment before the connection is closed (RFC 9112 section 9.6).
"""

import asyncio
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

_SECONDS = 2
_BYTES = 16 * 1024 * 1024


async def answer_then_drain(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send `response`, drop what arrives for at most two seconds and 16 MiB, then let the connection close."""

    async def held(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "more_body": True}
        await send(message)

    await response(scope, receive, held)
    with suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS):
            await _drop(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _drop(receive: Receive) -> None:
    dropped = 0
    more = True
    while more and dropped < _BYTES:
        message = await receive()
        dropped += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
