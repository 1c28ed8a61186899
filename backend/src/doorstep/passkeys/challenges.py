"""Challenges: what a passkey signs, so that its answer is fresh, for us, and for one purpose.

Nothing is stored when one is made, however many are asked for: id, end, and an HMAC-SHA-256 over both, the purpose and
whom it is for. What lets somebody in is noted until it would have expired, so that it does so once.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from doorstep.kit.entropy import random_bytes
from doorstep.passkeys.models import Challenge, Purpose

LIFE = timedelta(minutes=5)
_ID_BYTES = 16
_END_BYTES = 8
_MAC_BYTES = 32


class Challenges:
    """Makes with a key of the server's (32 bytes), and knows again those made with a `former` one, too."""

    def __init__(self, key: bytes, former: Sequence[bytes] = ()) -> None:
        self._key = key
        self._former = tuple(former)

    def make(self, purpose: Purpose, bound_to: str, now: datetime) -> bytes:
        """A new one of 128 random bits, good for five minutes. `bound_to` names whom it is for; empty: for anybody."""
        body = random_bytes(_ID_BYTES) + int((now + LIFE).timestamp()).to_bytes(_END_BYTES)
        return body + _mac(self._key, body, purpose, bound_to)

    def read(self, raw: bytes, purpose: Purpose, bound_to: str) -> Challenge | None:
        """What it is, expired or not, if we made it for this purpose and for them; None for anything else."""
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if len(body) != _ID_BYTES + _END_BYTES:
            return None
        keys = (self._key, *self._former)
        if not any(hmac.compare_digest(mac, _mac(key, body, purpose, bound_to)) for key in keys):
            return None
        ends = datetime.fromtimestamp(int.from_bytes(body[_ID_BYTES:]), UTC)
        return Challenge(UUID(bytes=body[:_ID_BYTES]), ends)


def _mac(key: bytes, body: bytes, purpose: Purpose, bound_to: str) -> bytes:
    return hmac.digest(key, body + f"{purpose}:{bound_to}".encode(), hashlib.sha256)
