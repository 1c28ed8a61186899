"""Device tokens: how a browser shows that it has been here before (OWASP device cookies).

A device id (16 bytes) and an HMAC-SHA-256 over it (32), so that nobody makes up ids. It opens nothing: which users
have logged in there is in `known_devices`, and all it gives is a counter of its own for wrong passwords.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

_ID_BYTES = 16
_TEXT_LENGTH = 64


class DeviceTokens:
    """Makes device tokens with a key of the server's (32 bytes), and reads those made with a `former` one, too."""

    def __init__(self, key: bytes, former: Sequence[bytes] = ()) -> None:
        self._key = key
        self._former = tuple(former)

    def make(self, device_id: UUID) -> str:
        """The token of this browser."""
        return base64.urlsafe_b64encode(device_id.bytes + _mac(self._key, device_id.bytes)).decode()

    def read(self, text: str | None) -> UUID | None:
        """The device id in a token of ours; None for anything else."""
        raw = _raw(text)
        if raw is None or not any(_is_of(key, raw) for key in (self._key, *self._former)):
            return None
        return UUID(bytes=raw[:_ID_BYTES])

    def renewed(self, text: str | None) -> str | None:
        """The token that takes the place of one that a former key made; None where there is nothing to replace."""
        if not self._former or text is None:
            return None
        device_id = self.read(text)
        renewed = self.make(device_id) if device_id is not None else None
        return None if renewed == text else renewed


def _raw(text: str | None) -> bytes | None:
    if text is None or len(text) != _TEXT_LENGTH or not text.isascii():
        return None
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None


def _is_of(key: bytes, raw: bytes) -> bool:
    return hmac.compare_digest(_mac(key, raw[:_ID_BYTES]), raw[_ID_BYTES:])


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"doorstep device" + body, hashlib.sha256)
