"""Addresses that others look for by convention (RFC 8615)."""

from typing import Any

from fastapi import APIRouter, Response

from doorstep.api.wiring import Wired

router = APIRouter(prefix="/.well-known", tags=["keys"])


@router.get("/jwks.json")
async def key_set(wired: Wired, response: Response) -> dict[str, list[dict[str, Any]]]:
    """The public keys that verify access tokens (RFC 7517). Other services may keep them for five minutes."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return wired.ring.key_set()
