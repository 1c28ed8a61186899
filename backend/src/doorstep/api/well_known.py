"""Addresses that others look for by convention (RFC 8615)."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from fastapi import APIRouter, Response
from starlette.responses import PlainTextResponse, RedirectResponse

from doorstep.api.wiring import Wired
from doorstep.kit.clock import utc_now
from doorstep.web.failures import NotFound

_PASSWORD_PAGE = "/dashboard/security/"  # noqa: S105 -- an address
_CONTACT_LASTS = timedelta(days=180)

router = APIRouter(prefix="/.well-known", tags=["keys"])


@router.get("/jwks.json")
async def key_set(wired: Wired, response: Response) -> dict[str, list[dict[str, Any]]]:
    """The public keys that verify access tokens (RFC 7517). Other services may keep them for five minutes."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return wired.ring.key_set()


@router.api_route("/change-password", methods=["GET", "HEAD"], include_in_schema=False)
async def change_password() -> RedirectResponse:
    """Where password managers send people to change their password (W3C, A Well-Known URL for Changing Passwords)."""
    return RedirectResponse(_PASSWORD_PAGE, 302)


@router.api_route("/security.txt", methods=["GET", "HEAD"], include_in_schema=False)
async def security_contact(wired: Wired) -> PlainTextResponse:
    """Whom to tell of a hole (RFC 9116). Raises NotFound when the operator has named nobody."""
    settings = wired.settings
    if settings.security_contact is None:
        raise NotFound
    return PlainTextResponse(
        f"Contact: {settings.security_contact}\n"
        f"Expires: {_expiry(utc_now())}\n"
        "Preferred-Languages: en\n"
        f"Canonical: {settings.origin}/.well-known/security.txt\n",
        headers={"Cache-Control": "public, max-age=86400"},
    )


def _expiry(now: datetime) -> str:
    """Half a year ahead (the RFC asks for less than a year), at midnight, so that the text is the same all day."""
    end = datetime.combine((now + _CONTACT_LASTS).date(), time(), UTC)
    return end.isoformat().replace("+00:00", "Z")
