"""The refresh cookie: the one place that knows its name and its flags.

On https the name starts with `__Host-`, so a browser keeps it only with Secure, Path=/ and no Domain (RFC 6265bis
section 4.1.3.2). On plain-http loopback, where that prefix cannot be had in every browser, it is `doorstep-local`.
"""

from fastapi import Request, Response

from doorstep.settings import Settings

SECURE_NAME = "__Host-doorstep"
LOOPBACK_NAME = "doorstep-local"


def cookie_name(settings: Settings) -> str:
    """What the cookie is called under these settings."""
    return SECURE_NAME if settings.https else LOOPBACK_NAME


def read_refresh_token(request: Request, settings: Settings) -> str | None:
    """The refresh token that arrived; None without the cookie."""
    return request.cookies.get(cookie_name(settings))


def set_refresh_token(response: Response, settings: Settings, token: str, max_age: int | None) -> None:
    """Keep the token where no script can read it. `max_age` in seconds; None ends it with the browser."""
    response.set_cookie(
        cookie_name(settings), token, max_age=max_age, path="/", secure=settings.https, httponly=True, samesite="strict"
    )


def expire_refresh_token(response: Response, settings: Settings) -> None:
    """Take the token away."""
    response.set_cookie(
        cookie_name(settings), "", max_age=0, path="/", secure=settings.https, httponly=True, samesite="strict"
    )
