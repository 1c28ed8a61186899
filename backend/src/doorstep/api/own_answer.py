"""The kind of route that looks into the request itself and makes its answer itself, all of it.

Declared and documented like any other; it skips FastAPI's way through a route (dependencies, the body, stacks of things
to close, validation of the answer), of which it uses nothing. docs/decisions/0023 has the figures.
"""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction, signature
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class OwnAnswer(APIRoute):
    """A route whose endpoint is a coroutine of `(request)` that returns a Response.

    Raises TypeError at start for an endpoint that takes anything else: it would not be handed in.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 -- FastAPI's own
        super().__init__(path, endpoint, **options)
        alone = len(signature(endpoint).parameters) == 1 and self.dependant.request_param_name is not None
        if not alone or self.dependant.dependencies or not iscoroutinefunction(endpoint):
            raise TypeError(f"{path} takes more than the request")
        self.app = _answering(endpoint)


def _answering(endpoint: Callable[[Request], Awaitable[Response]]) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        response = await endpoint(Request(scope, receive, send))
        await response(scope, receive, send)

    return answer
