"""Sealing: what must be kept but not be readable in a dump of the database (AES-256-GCM)."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from doorstep.kit.entropy import random_bytes

_NONCE_BYTES = 12


class SealBroken(Exception):  # noqa: N818 -- says what happened; it is raised by nobody else
    """The sealed bytes were changed, belong to another place, or were sealed with another secret."""


class Sealer:
    """Seals and opens bytes with one 32-byte key; `place` binds them to where they stand: none can be swapped."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, place: str) -> bytes:
        """Nonce and ciphertext; a new random nonce each time (NIST SP 800-38D section 8.2.2)."""
        nonce = random_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The plain bytes. Raises SealBroken."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as broken:
            raise SealBroken(place) from broken
