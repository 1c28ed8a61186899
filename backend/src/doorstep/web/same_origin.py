"""The checks for requests that act on the cookie.

Refresh and log-out act on what the browser sends by itself, so they must come from our own page. What signs somebody in
sets the cookie, and ends the session that the browser had: a browser must not do that for another site's page, and a
program, which names no origin, may. Everything else needs the bearer token, which no other site can send (design:
CSRF; the checks of the OWASP cheat sheet and of Fetch Metadata).
"""

from starlette.requests import Request

from doorstep.web.failures import CrossOrigin, UnsupportedMediaType
from doorstep.web.header_lines import first, header_lines
from doorstep.web.json_body import is_json


def require_same_origin(request: Request, origin: str) -> None:
    """Pass when `request` is a POST of JSON from a page of `origin` (scheme, host and port, as in `Settings.origin`).

    `Origin` must be sent and equal; `Sec-Fetch-Site` must say `same-origin` where it is sent. Raises CrossOrigin, or
    UnsupportedMediaType for another content type (a form can post across sites, JSON cannot).
    """
    lines = header_lines(request.scope)
    if request.method != "POST" or lines.get(b"origin") != [origin.lower().encode()]:
        raise CrossOrigin
    if first(lines, b"sec-fetch-site", "same-origin") != "same-origin":
        raise CrossOrigin
    if not is_json(lines.get(b"content-type", ())):
        raise UnsupportedMediaType


def refuse_other_origins(request: Request, origin: str) -> None:
    """Pass when `request` names no origin, as programs do not, or comes from a page of `origin`. Raises CrossOrigin."""
    lines = header_lines(request.scope)
    if lines.get(b"origin", [origin.lower().encode()]) != [origin.lower().encode()]:
        raise CrossOrigin
    if first(lines, b"sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise CrossOrigin
