"""One log line for each request: what was asked, what came of it, how long it took, from where.

The query is left out, because it is where links carry secrets; bodies and headers are never logged.
"""

from time import perf_counter

import structlog
from starlette.types import Message, Receive, Scope, Send

from doorstep.web.client_address import address_of
from doorstep.web.middleware import HttpMiddleware

_log = structlog.get_logger()
_PROBES = frozenset({"/healthz", "/readyz"})
_LONGEST_PATH = 256


class AccessLog(HttpMiddleware):
    """Writes the line when the answer is out; probes are written at debug level, since they come every second.

    `status` is 499 when the caller was gone before an answer began.
    """

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 499
        began = perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            write = _log.debug if scope["path"] in _PROBES else _log.info
            write(
                "request",
                method=scope["method"],
                path=scope["path"][:_LONGEST_PATH],
                status=status,
                ms=round((perf_counter() - began) * 1000, 1),
                address=address_of(scope),
            )
