"""The guard: a route that takes `Guarded` is reached by signed-in users only, one with `ProvenLately` lately so."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param

from doorstep.api.wiring import services_of
from doorstep.gate.models import SignedIn


class Guard(SecurityBase):
    """The dependency that finds out who is asking. One, not a chain of them: every signed-in request pays for it."""

    def __init__(self) -> None:
        self.scheme_name = "HTTPBearer"
        self.model = HTTPBearer(bearerFormat="JWT", description="The access token that log-in answers.")

    async def __call__(self, request: Request) -> SignedIn:
        """Who is asking; also noted for the log line of a refusal that follows. Raises Unauthenticated."""
        scheme, access_token = get_authorization_scheme_param(request.headers.get("authorization"))
        who = await services_of(request).gate.identify(access_token if scheme.lower() == "bearer" else None)
        request.scope["state"]["user_id"] = who.user.id
        return who


signed_in = Guard()
Guarded = Annotated[SignedIn, Depends(signed_in)]
"""The signed-in user."""
