"""PBKDF2 (RFC 8018) behind passlib's interface, with any hash function and any length of digest: verified, never made.

passlib's own handlers want one whole block of the hash function; ASP.NET keeps 32 of SHA-512's 64 bytes, and others 20
or 40. The notation is `$pbkdf2-any$sha512,i=100000$SALT$DIGEST`, both in base64 without padding.
"""

import base64
import hashlib
import re
from typing import Final

from passlib.utils.handlers import GenericHandler, HasRawChecksum

BLOCKS: Final = {"sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
"""The hash functions and the bytes of one block of PBKDF2's output. The first block does not depend on the others."""

_SHAPE = re.compile(
    r"\$pbkdf2-any\$(sha1|sha224|sha256|sha384|sha512),i=([1-9]\d{0,9})\$([A-Za-z0-9+/]{0,171})\$([A-Za-z0-9+/]{22,86})"
)
LEAST_DIGEST: Final = 16
LONGEST_SALT: Final = 128


class Pbkdf2(HasRawChecksum, GenericHandler):  # type: ignore[misc]  # libpass ships no types
    """Verifies. `rounds` as in passlib's own handlers."""

    name = "pbkdf2_any"
    ident = "$pbkdf2-any$"
    setting_kwds = ()

    def __init__(self, *, function: str, rounds: int, salt: bytes, **kwds: object) -> None:
        super().__init__(**kwds)
        self.function = function
        self.rounds = rounds
        self.salt = salt

    @classmethod
    def from_string(cls, hash: str, **_: object) -> "Pbkdf2":  # noqa: A002 -- passlib's name
        """The parts of a stored hash. Raises ValueError when it is none."""
        match = _SHAPE.fullmatch(hash)
        if match is None:
            raise ValueError("no hash of this notation")
        function, rounds, salt, digest = match.groups()
        checksum = _bytes(digest)
        if not LEAST_DIGEST <= len(checksum) <= BLOCKS[function]:
            raise ValueError("no digest of this function")
        return cls(function=function, rounds=int(rounds), salt=_bytes(salt), checksum=checksum)

    def to_string(self) -> str:
        """The notation above."""
        return f"{self.ident}{self.function},i={self.rounds}${_text(self.salt)}${_text(self.checksum)}"

    def _calc_checksum(self, secret: str | bytes) -> bytes:
        known = secret.encode() if isinstance(secret, str) else secret
        return hashlib.pbkdf2_hmac(self.function, known, self.salt, self.rounds, len(self.checksum))


def _bytes(unpadded: str) -> bytes:
    return base64.b64decode(unpadded + "=" * (-len(unpadded) % 4), validate=True)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
