"""The request id: made here for every request, in the log lines, the answer's header and each problem's `instance`."""

import re
from typing import cast

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from doorstep.kit.clock import Clock, utc_now
from doorstep.kit.entropy import new_id
from doorstep.web.middleware import HttpMiddleware

_HARMLESS = re.compile(r"[A-Za-z0-9_-]{1,64}")


class RequestId(HttpMiddleware):
    """Gives each request a UUIDv7 of ours and answers it as `X-Request-Id`.

    An id that the caller sends is never trusted; when it is harmless (1 to 64 of letters, digits, `_`, `-`) it is
    bound to the log lines as `caller_request_id`, so that two logs can be read together.
    """

    def __init__(self, app: ASGIApp, *, clock: Clock = utc_now) -> None:
        super().__init__(app)
        self._clock = clock

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        made = str(new_id(self._clock()))
        scope.setdefault("state", {})["request_id"] = made
        bound = {"request_id": made}
        theirs = Headers(scope=scope).get("x-request-id", "")
        if _HARMLESS.fullmatch(theirs):
            bound["caller_request_id"] = theirs
        line = (b"x-request-id", made.encode())

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), line]}
            await send(message)

        with structlog.contextvars.bound_contextvars(**bound):
            await self._app(scope, receive, named)


def request_id(scope: Scope) -> str:
    """The id that `RequestId` gave to this request. Raises KeyError outside of it."""
    return cast("str", scope["state"]["request_id"])
