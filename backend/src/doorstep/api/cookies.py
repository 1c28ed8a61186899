"""The two cookies: the one place that knows their names and flags.

The refresh cookie keeps a session, the device cookie shows that a browser has been here before. On https the names
start with `__Host-`, so a browser keeps them only with Secure, Path=/ and no Domain (RFC 6265bis section 4.1.3.2). On
plain-http loopback, where that prefix cannot be had in every browser, they start with `doorstep-local`.
"""

from fastapi import Request, Response

from doorstep.settings import Settings

REFRESH_NAMES = {True: "__Host-doorstep", False: "doorstep-local"}
DEVICE_NAMES = {True: "__Host-doorstep-device", False: "doorstep-local-device"}
"""By whether the public URL is https."""

# Browsers keep no cookie for longer (RFC 6265bis section 5.5).
_DEVICE_MAX_AGE = 400 * 86_400


def read_refresh_token(request: Request, settings: Settings) -> str | None:
    """The refresh token that arrived; None without the cookie."""
    return request.cookies.get(REFRESH_NAMES[settings.https])


def set_refresh_token(response: Response, settings: Settings, token: str, max_age: int | None) -> None:
    """Keep the token where no script can read it. `max_age` in seconds; None ends it with the browser."""
    _set(response, settings, REFRESH_NAMES[settings.https], token, max_age)


def expire_refresh_token(response: Response, settings: Settings) -> None:
    """Take the token away."""
    _set(response, settings, REFRESH_NAMES[settings.https], "", 0)


def read_device_token(request: Request, settings: Settings) -> str | None:
    """The device token that arrived; None without the cookie."""
    return request.cookies.get(DEVICE_NAMES[settings.https])


def set_device_token(response: Response, settings: Settings, token: str) -> None:
    """Let the browser be known again. Log-out leaves it: it opens nothing."""
    _set(response, settings, DEVICE_NAMES[settings.https], token, _DEVICE_MAX_AGE)


def _set(response: Response, settings: Settings, name: str, value: str, max_age: int | None) -> None:
    """By hand, at a tenth of `set_cookie`: the values are base64url of our own making, which needs no quotes."""
    age = "" if max_age is None else f" Max-Age={max_age};"
    secure = "; Secure" if settings.https else ""
    response.headers.append("Set-Cookie", f"{name}={value}; HttpOnly;{age} Path=/; SameSite=strict{secure}")
