"""The mirror: shows the operator, and nobody else, how the proxies in front hand on a request.

`doorstep doctor` asks for `/healthz` by the public URL with a pass that only the master secret makes. The answer then
says which addresses the proxies wrote into `X-Forwarded-For` and which one the server took for the client's.
"""

import json
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from doorstep.kit.clock import Clock, utc_now
from doorstep.kit.operator_pass import is_genuine
from doorstep.web.client_address import address_of
from doorstep.web.middleware import HttpMiddleware

PLACE: Final = "/healthz"
ASKS: Final = "x-doorstep-doctor"
SHOWS: Final = "x-doorstep-saw"


class Mirror(HttpMiddleware):
    """Adds the header `SHOWS` to the answer of `PLACE` for a request with a pass of `key` in `ASKS`."""

    def __init__(self, app: ASGIApp, *, key: bytes, clock: Clock = utc_now) -> None:
        super().__init__(app)
        self._key = key
        self._clock = clock

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != PLACE:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not is_genuine(self._key, headers.get(ASKS, ""), self._clock()):
            await self._app(scope, receive, send)
            return
        hops = [hop.strip() for line in headers.getlist("x-forwarded-for") for hop in line.split(",")]
        # ASCII throughout: what a caller wrote becomes part of a header line here.
        line = (SHOWS.encode(), json.dumps({"address": address_of(scope), "forwarded": hops}).encode("ascii"))

        async def showing(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), line]}
            await send(message)

        await self._app(scope, receive, showing)
