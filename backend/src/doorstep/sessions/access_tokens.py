"""Access tokens: short-lived JWTs (RFC 9068), ES256, signed with the key ring.

One algorithm, fixed here and never read from the token (RFC 8725 section 3.1); `kid` is a look-up in a local map;
`jku`, `jwk`, `x5u`, `x5c` and `crit` make a token unbelievable at once. Only the mirror image of an ECDSA signature,
which anybody can compute, is a second spelling of a token: it is verified as another token, and says the same.
"""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from jose import jws
from jose.exceptions import JOSEError
from pydantic_core import to_json

from doorstep.keys.ring import KeyRing
from doorstep.kit import base64url
from doorstep.kit.clock import Clock
from doorstep.kit.entropy import random_bytes
from doorstep.kit.json_reader import read_object
from doorstep.kit.signing import ALGORITHM
from doorstep.sessions.believed_tokens import BelievedToken, BelievedTokens
from doorstep.sessions.failures import Unauthenticated
from doorstep.sessions.policy import CLIENT_ID, Claims, read_claims
from doorstep.settings import TokenSettings

TOKEN_TYPE = "at+jwt"  # noqa: S105 -- a media type
LONGEST_TOKEN = 2048
_HEADER_NAMES = {"alg", "kid", "typ"}


class AccessTokens:
    """Signs and verifies access tokens for one issuer; the audience is the product's own API."""

    def __init__(self, ring: KeyRing, clock: Clock, settings: TokenSettings, issuer: str) -> None:
        self._ring = ring
        self._clock = clock
        self._settings = settings
        self._issuer = issuer
        self._audience = f"{issuer}/api"
        self._believed = BelievedTokens()

    @property
    def seconds(self) -> int:
        """How long a token lives."""
        return int(self._settings.access_ttl.total_seconds())

    def require_key(self) -> None:
        """Pass when there is a key that signs. Raises KeysUnavailable."""
        self._ring.signer()

    def sign(self, *, user_id: UUID, session_id: UUID, authenticated_at: datetime, amr: tuple[str, ...]) -> str:
        """A token for this session. Raises KeysUnavailable."""
        now = self._clock()
        kid, key = self._ring.signer()
        issued = int(now.timestamp())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(user_id),
            "sid": str(session_id),
            "client_id": CLIENT_ID,
            "jti": random_bytes(16).hex(),
            "iat": issued,
            "exp": issued + self.seconds,
            "auth_time": int(authenticated_at.timestamp()),
            "amr": list(amr),
        }
        # What `jwt.encode` does with them, but for the header, which is made once for each key.
        said = f"{_header(kid)}.{base64url.encode(to_json(claims))}"
        return f"{said}.{base64url.encode(key.sign(said.encode()))}"

    async def verify(self, token: str) -> Claims:
        """What a token says, if we signed it and it is still good. Raises Unauthenticated for every other.

        A signature is computed once; its key and the token's time are asked for again with every request.
        """
        if len(token) > LONGEST_TOKEN:
            raise Unauthenticated
        believed = self._believed.find(token)
        if believed is None:
            return await self._verify_signature(token)
        if believed.claims.hold_at(self._clock()) and await self._ring.verifier(believed.kid) is believed.key:
            return believed.claims
        self._believed.forget(token)
        raise Unauthenticated

    async def _verify_signature(self, token: str) -> Claims:
        kid = _believable_kid(token)
        key = await self._ring.verifier(kid) if kid else None
        if kid is None or key is None:
            raise Unauthenticated
        try:
            payload = read_object(jws.verify(token, key, algorithms=[ALGORITHM]))
        except (JOSEError, ValueError) as refused:
            raise Unauthenticated from refused
        claims = read_claims(
            payload,
            issuer=self._issuer,
            audience=self._audience,
            now=self._clock(),
            leeway=self._settings.leeway,
        )
        if claims is None:
            raise Unauthenticated
        self._believed.keep(token, BelievedToken(claims, kid, key))
        return claims


@lru_cache(maxsize=8)
def _header(kid: str) -> str:
    """The first part of every token that this key signs."""
    return base64url.encode(to_json({"alg": ALGORITHM, "kid": kid, "typ": TOKEN_TYPE}))


def _believable_kid(token: str) -> str | None:
    """The `kid` of a token whose header is exactly of our making; None for any other. Decides nothing else."""
    parts = token.split(".") if token.isascii() else []
    if len(parts) != 3 or not all(_is_canonical(part) for part in parts):  # noqa: PLR2004 -- RFC 7515 section 7.1
        return None
    try:
        header = read_object(base64url.decode(parts[0]))
    except ValueError:
        return None
    kid = header.get("kid")
    if set(header) != _HEADER_NAMES or header["alg"] != ALGORITHM or header["typ"] != TOKEN_TYPE:
        return None
    return kid if isinstance(kid, str) else None


def _is_canonical(part: str) -> bool:
    """Whether the part is base64url without padding and without stray bits, so that a token has one spelling."""
    try:
        return base64url.encode(base64url.decode(part)) == part
    except ValueError:
        return False
