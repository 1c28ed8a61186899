"""Refresh tokens: 52 opaque bytes that can be checked and computed again, so that none has to be stored.

Session id (16), generation (4) and an HMAC-SHA-256 over both (32), keyed by the server's secret and the random secret
of the session's row. A dump of the database lacks the first, a leak of the server's secret the second.

What a process made itself lately it knows again without that row. Kept by digest, as `believed_tokens` does.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from doorstep.kit import base64url
from doorstep.kit.lately import Lately

_ID_BYTES = 16
_GENERATION_BYTES = 4
_MAC_BYTES = 32
_TOKEN_BYTES = _ID_BYTES + _GENERATION_BYTES + _MAC_BYTES
_TEXT_LENGTH = 70

MOST = 8192
"""Tokens that one process knows again (about 1 MB); the one that came first makes room."""


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A token as it arrived: what it claims, not yet checked."""

    session_id: UUID
    generation: int
    mac: bytes
    digest: bytes


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
    return PresentedToken(UUID(bytes=raw[:_ID_BYTES]), generation, raw[-_MAC_BYTES:], _digest(raw))


class RefreshTokens:
    """Makes refresh tokens with the server's key (32 bytes); those of the `former` keys are genuine, too."""

    def __init__(self, key: bytes, most: int = MOST, former: Sequence[bytes] = ()) -> None:
        self._key = key
        self._former = tuple(former)
        self._made: Lately[None] = Lately(most)

    def make(self, session_id: UUID, generation: int, session_secret: bytes) -> str:
        """The one token of that generation of that session."""
        body = session_id.bytes + generation.to_bytes(_GENERATION_BYTES)
        raw = body + self._mac(self._key, body, session_secret)
        self._made.keep(_digest(raw), None)
        return base64url.encode(raw)

    def knows(self, presented: PresentedToken) -> bool:
        """Whether this process made it lately, which proves as much as `is_genuine`; of others it says nothing."""
        return presented.digest in self._made

    def forget(self, presented: PresentedToken) -> None:
        """It has been exchanged, and is not expected again."""
        self._made.pop(presented.digest, None)

    def is_genuine(self, presented: PresentedToken, session_secret: bytes) -> bool:
        """Whether we made it, in constant time."""
        body = presented.session_id.bytes + presented.generation.to_bytes(_GENERATION_BYTES)
        keys = (self._key, *self._former)
        return any(hmac.compare_digest(self._mac(key, body, session_secret), presented.mac) for key in keys)

    @staticmethod
    def _mac(server_key: bytes, body: bytes, session_secret: bytes) -> bytes:
        key = hmac.digest(server_key, b"doorstep refresh token" + session_secret, hashlib.sha256)
        return hmac.digest(key, body, hashlib.sha256)


def _digest(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()
