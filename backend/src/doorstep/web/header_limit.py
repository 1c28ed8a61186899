"""A bound on address and header lines, which the HTTP parser itself does not set."""

from starlette.types import Receive, Scope, Send

from doorstep.web.failures import HeadersTooLarge
from doorstep.web.middleware import HttpMiddleware

MAX_HEADER_BYTES = 16_384


class HeaderLimit(HttpMiddleware):
    """Refuses requests whose path, query and header lines are together larger than 16 KiB. Raises HeadersTooLarge."""

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = len(scope["path"]) + len(scope["query_string"])
        size += sum(len(name) + len(value) for name, value in scope["headers"])
        if size > MAX_HEADER_BYTES:
            raise HeadersTooLarge
        await self._app(scope, receive, send)
