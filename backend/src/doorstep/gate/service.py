"""The gate: who is asking. The token says who they claim to be; the database says whether that still holds."""

from uuid import UUID

from doorstep.gate import queries
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Database
from doorstep.kit.together import Together
from doorstep.sessions.access_tokens import AccessTokens
from doorstep.sessions.failures import Unauthenticated


class Gate:
    """Turns an access token into the user behind it, with one read per request (shared by those of one moment).

    That read is what makes revocation immediate: log-out, a revoked session, a disabled user end access with the next
    request, however long the token has still to live.
    """

    def __init__(self, database: Database, clock: Clock, access_tokens: AccessTokens) -> None:
        self._database = database
        self._clock = clock
        self._access_tokens = access_tokens
        self._sessions = Together(self._look_up)

    async def identify(self, access_token: str | None) -> SignedIn:
        """The user who holds this token. Raises Unauthenticated, DatabaseUnavailable."""
        if not access_token:
            raise Unauthenticated
        claims = await self._access_tokens.verify(access_token)
        signed_in = await self._sessions.get(claims.session_id)
        if signed_in is None or signed_in.user.id != claims.user_id:
            raise Unauthenticated
        return signed_in

    async def _look_up(self, session_ids: list[UUID]) -> dict[UUID, SignedIn]:
        return await queries.signed_in(self._database, session_ids, self._clock())
