"""Which methods an address takes: all of them, also where each method is a route of its own."""

from starlette.requests import Request
from starlette.routing import Match

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def allowed_methods(request: Request) -> str:
    """The value of `Allow` for the request's path (RFC 9110 section 10.2.1), from the routes of its application."""
    place = {name: request.scope[name] for name in ("type", "path", "root_path", "headers") if name in request.scope}
    return ", ".join(
        method
        for method in _METHODS
        if any(route.matches({**place, "method": method})[0] is Match.FULL for route in request.app.routes)
    )
