"""Challenges: what a passkey signs, so that its answer is fresh, for us, and for one purpose.

Nothing is stored when one is made, however many are asked for: id, end, and an HMAC-SHA-256 over both, the purpose and
whom it is for. What lets somebody in is noted until it would have expired, so that it does so once.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

from doorstep.kit.entropy import random_bytes
from doorstep.passkeys.models import Challenge, Purpose

LIFE = timedelta(minutes=5)
_ID_BYTES = 16
_END_BYTES = 8
_MAC_BYTES = 32


class Challenges:
    """Makes and knows again, with a key of the server's (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, purpose: Purpose, bound_to: str, now: datetime) -> bytes:
        """A new one of 128 random bits, good for five minutes. `bound_to` names whom it is for; empty: for anybody."""
        body = random_bytes(_ID_BYTES) + int((now + LIFE).timestamp()).to_bytes(_END_BYTES)
        return body + self._mac(body, purpose, bound_to)

    def read(self, raw: bytes, purpose: Purpose, bound_to: str) -> Challenge | None:
        """What it is, expired or not, if we made it for this purpose and for them; None for anything else."""
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if len(body) != _ID_BYTES + _END_BYTES or not hmac.compare_digest(mac, self._mac(body, purpose, bound_to)):
            return None
        ends = datetime.fromtimestamp(int.from_bytes(body[_ID_BYTES:]), UTC)
        return Challenge(UUID(bytes=body[:_ID_BYTES]), ends)

    def _mac(self, body: bytes, purpose: Purpose, bound_to: str) -> bytes:
        return hmac.digest(self._key, body + f"{purpose}:{bound_to}".encode(), hashlib.sha256)
