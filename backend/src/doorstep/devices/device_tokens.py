"""Device tokens: how a browser shows that it has been here before (OWASP device cookies).

A device id (16 bytes) and an HMAC-SHA-256 over it (32), so that nobody makes up ids. It opens nothing: which users
have logged in there is in `known_devices`, and all it gives is a counter of its own for wrong passwords.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

_ID_BYTES = 16
_TEXT_LENGTH = 64


class DeviceTokens:
    """Makes and reads device tokens with a key of the server's (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, device_id: UUID) -> str:
        """The token of this browser."""
        return base64.urlsafe_b64encode(device_id.bytes + self._mac(device_id.bytes)).decode()

    def read(self, text: str | None) -> UUID | None:
        """The device id in a token of ours; None for anything else."""
        if text is None or len(text) != _TEXT_LENGTH or not text.isascii():
            return None
        try:
            raw = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if not hmac.compare_digest(self._mac(raw[:_ID_BYTES]), raw[_ID_BYTES:]):
            return None
        return UUID(bytes=raw[:_ID_BYTES])

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, b"doorstep device" + body, hashlib.sha256)
