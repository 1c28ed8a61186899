"""The guard: a route that takes `Guarded` is reached by signed-in users only, one with `ProvenLately` lately so."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from doorstep.api.wiring import Wired
from doorstep.gate.models import SignedIn

bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="The access token that log-in answers.")


async def signed_in(
    request: Request, wired: Wired, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> SignedIn:
    """Who is asking; also noted for the log line of a refusal that follows. Raises Unauthenticated."""
    who = await wired.gate.identify(credentials.credentials if credentials else None)
    request.state.user_id = str(who.user.id)
    return who


Guarded = Annotated[SignedIn, Depends(signed_in)]


async def proven_lately(who: Guarded, wired: Wired) -> SignedIn:
    """Who is asking, and has proved lately who they are, by all factors of a log-in. Raises StepUpRequired."""
    await wired.account.require_recent(who)
    return who


ProvenLately = Annotated[SignedIn, Depends(proven_lately)]
