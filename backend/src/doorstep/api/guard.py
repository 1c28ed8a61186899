"""The guard: a route that takes `Guarded` is reached by signed-in users only."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from doorstep.api.wiring import Wired
from doorstep.gate.models import SignedIn

bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="The access token that log-in answers.")


async def signed_in(
    wired: Wired, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> SignedIn:
    """Who is asking. Raises Unauthenticated."""
    return await wired.gate.identify(credentials.credentials if credentials else None)


Guarded = Annotated[SignedIn, Depends(signed_in)]
