"""The two cookies: the one place that knows their names and flags.

The refresh cookie keeps a session, the device cookie shows that a browser has been here before. On https the names
start with `__Host-`, so a browser keeps them only with Secure, Path=/ and no Domain (RFC 6265bis section 4.1.3.2). On
plain-http loopback, where that prefix cannot be had in every browser, they start with `doorstep-local`.

Cookies know no port (RFC 6265 section 8.5), so an unusual one is part of the name: two products on one host stay apart.
The names without it are read as well, since browsers have them from before, and belong to whoever wrote them.
"""

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from fastapi import Request, Response

from doorstep.settings import Settings

# Browsers keep no cookie for longer (RFC 6265bis section 5.5).
_DEVICE_MAX_AGE = 400 * 86_400


@dataclass(frozen=True, slots=True)
class _Names:
    refresh: str
    device: str


@cache
def _names(origin: str, *, with_port: bool = True) -> _Names:
    parts = urlsplit(origin)
    start = "__Host-doorstep" if parts.scheme == "https" else "doorstep-local"
    name = f"{start}-{parts.port}" if with_port and parts.port is not None else start
    return _Names(refresh=name, device=f"{name}-device")


def read_refresh_token(request: Request, settings: Settings) -> str | None:
    """The refresh token that arrived; None without the cookie."""
    cookies = request.cookies
    token = cookies.get(_names(settings.origin).refresh)
    return cookies.get(_names(settings.origin, with_port=False).refresh) if token is None else token


def may_be_of_another(request: Request, settings: Settings) -> bool:
    """Whether the refresh token arrived under the name without the port: a neighbour on this host may have set it."""
    names = _names(settings.origin)
    return names != _names(settings.origin, with_port=False) and names.refresh not in request.cookies


def set_refresh_token(response: Response, settings: Settings, token: str, max_age: int | None) -> None:
    """Keep the token where no script can read it. `max_age` in seconds; None ends it with the browser."""
    _set(response, settings, _names(settings.origin).refresh, token, max_age)


def expire_refresh_token(response: Response, settings: Settings) -> None:
    """Take the token away."""
    _set(response, settings, _names(settings.origin).refresh, "", 0)


def expire_refresh_token_from_before(response: Response, settings: Settings) -> None:
    """Take away the token under the name without the port, which has shown to be ours."""
    _set(response, settings, _names(settings.origin, with_port=False).refresh, "", 0)


def read_device_token(request: Request, settings: Settings) -> str | None:
    """The device token that arrived; None without the cookie."""
    cookies = request.cookies
    token = cookies.get(_names(settings.origin).device)
    return cookies.get(_names(settings.origin, with_port=False).device) if token is None else token


def set_device_token(response: Response, settings: Settings, token: str) -> None:
    """Let the browser be known again. Log-out leaves it: it opens nothing."""
    _set(response, settings, _names(settings.origin).device, token, _DEVICE_MAX_AGE)


def _set(response: Response, settings: Settings, name: str, value: str, max_age: int | None) -> None:
    """By hand, at a tenth of `set_cookie`: the values are base64url of our own making, which needs no quotes."""
    age = "" if max_age is None else f" Max-Age={max_age};"
    secure = "; Secure" if settings.https else ""
    response.headers.append("Set-Cookie", f"{name}={value}; HttpOnly;{age} Path=/; SameSite=strict{secure}")
