"""The gate: who is asking. The token says who they claim to be; the database says whether that still holds."""

from doorstep.gate import queries
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Database
from doorstep.sessions.access_tokens import AccessTokens
from doorstep.sessions.failures import Unauthenticated


class Gate:
    """Turns an access token into the user behind it, with one read per request.

    That read is what makes revocation immediate: log-out, a revoked session, a disabled user end access with the next
    request, however long the token has still to live.
    """

    def __init__(self, database: Database, clock: Clock, access_tokens: AccessTokens) -> None:
        self._database = database
        self._clock = clock
        self._access_tokens = access_tokens

    async def identify(self, access_token: str | None) -> SignedIn:
        """The user who holds this token. Raises Unauthenticated, DatabaseUnavailable."""
        if not access_token:
            raise Unauthenticated
        claims = await self._access_tokens.verify(access_token)
        async with self._database.connection() as connection:
            signed_in = await queries.signed_in(connection, claims.session_id, self._clock())
        if signed_in is None or signed_in.user.id != claims.user_id:
            raise Unauthenticated
        return signed_in
