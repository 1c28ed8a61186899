"""The shape that all our middleware has: plain ASGI, HTTP only."""

from abc import ABC, abstractmethod

from starlette.types import ASGIApp, Receive, Scope, Send


class HttpMiddleware(ABC):
    """Stands around `app`. What is not an HTTP request (the lifespan, a WebSocket) passes it by."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one connection's event stream, as the ASGI specification has it."""
        await (self._http if scope["type"] == "http" else self._app)(scope, receive, send)

    @abstractmethod
    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Deal with one request: refuse it by raising a Failure, or hand it on to `self._app`."""
