"""Refresh tokens: 52 opaque bytes that can be checked and computed again, so that none has to be stored.

Session id (16), generation (4) and an HMAC-SHA-256 over both (32), keyed by the server's secret and the random secret
of the session's row. A dump of the database lacks the first, a leak of the server's secret the second.
"""

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

from doorstep.kit import base64url

_ID_BYTES = 16
_GENERATION_BYTES = 4
_MAC_BYTES = 32
_TOKEN_BYTES = _ID_BYTES + _GENERATION_BYTES + _MAC_BYTES
_TEXT_LENGTH = 70


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A token as it arrived: what it claims, not yet checked."""

    session_id: UUID
    generation: int
    mac: bytes


def parse(text: str) -> PresentedToken | None:
    """What the text claims, or None when it has not the form of a token."""
    if len(text) != _TEXT_LENGTH or not text.isascii():
        return None
    try:
        raw = base64url.decode(text)
    except ValueError:
        return None
    if len(raw) != _TOKEN_BYTES or base64url.encode(raw) != text:
        return None
    generation = int.from_bytes(raw[_ID_BYTES : _ID_BYTES + _GENERATION_BYTES])
    return PresentedToken(UUID(bytes=raw[:_ID_BYTES]), generation, raw[-_MAC_BYTES:])


class RefreshTokens:
    """Makes and checks refresh tokens with the server's key (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, session_id: UUID, generation: int, session_secret: bytes) -> str:
        """The one token of that generation of that session."""
        body = session_id.bytes + generation.to_bytes(_GENERATION_BYTES)
        return base64url.encode(body + self._mac(body, session_secret))

    def is_genuine(self, presented: PresentedToken, session_secret: bytes) -> bool:
        """Whether we made it, in constant time."""
        body = presented.session_id.bytes + presented.generation.to_bytes(_GENERATION_BYTES)
        return hmac.compare_digest(self._mac(body, session_secret), presented.mac)

    def _mac(self, body: bytes, session_secret: bytes) -> bytes:
        key = hmac.digest(self._key, b"doorstep refresh token" + session_secret, hashlib.sha256)
        return hmac.digest(key, body, hashlib.sha256)
