"""The key format of Tarsnap's scrypt utility, as the package scrypt-kdf writes it (Medusa): verified, never made.

No derived key is kept. The second half of it is the key of an HMAC over the header, and that HMAC is what is compared.
The notation is `$scrypt-kdf$ln=15,r=8,p=1$SALT$MAC`, both in base64 without padding.
"""

import base64
import hashlib
import hmac
import re
from typing import Final

from passlib.utils.handlers import GenericHandler, HasRawChecksum

from doorstep.kit import scrypt

_SHAPE = re.compile(
    r"\$scrypt-kdf\$ln=([1-9]\d?),r=([1-9]\d{0,5}),p=([1-9]\d{0,5})\$([A-Za-z0-9+/]{43})\$([A-Za-z0-9+/]{43})"
)
_MAGIC: Final = b"scrypt\0"
_SALT_BYTES: Final = 32
WHOLE_BYTES: Final = 96


class ScryptKdf(HasRawChecksum, GenericHandler):  # type: ignore[misc]  # libpass ships no types
    """Verifies. `rounds` is log2 of scrypt's N, as in passlib's own `scrypt`."""

    name = "scrypt_kdf"
    ident = "$scrypt-kdf$"
    setting_kwds = ()

    def __init__(self, *, rounds: int, block_size: int, parallelism: int, salt: bytes, **kwds: object) -> None:
        super().__init__(**kwds)
        self.rounds = rounds
        self.block_size = block_size
        self.parallelism = parallelism
        self.salt = salt

    @classmethod
    def from_string(cls, hash: str, **_: object) -> "ScryptKdf":  # noqa: A002 -- passlib's name
        """The parts of a stored hash. Raises ValueError when it is none."""
        match = _SHAPE.fullmatch(hash)
        if match is None:
            raise ValueError("no hash of this notation")
        rounds, block_size, parallelism, salt, mac = match.groups()
        return cls(
            rounds=int(rounds),
            block_size=int(block_size),
            parallelism=int(parallelism),
            salt=base64.b64decode(salt + "="),
            checksum=base64.b64decode(mac + "="),
        )

    @classmethod
    def from_header(cls, whole: bytes) -> "ScryptKdf | None":
        """From the 96 bytes that the utility writes; None when their check sum is not right."""
        if len(whole) != WHOLE_BYTES or not whole.startswith(_MAGIC):
            return None
        header, check, mac = whole[:48], whole[48:64], whole[64:]
        if hashlib.sha256(header).digest()[:16] != check:
            return None
        return cls(
            rounds=header[7],
            block_size=int.from_bytes(header[8:12], "big"),
            parallelism=int.from_bytes(header[12:16], "big"),
            salt=header[16:],
            checksum=mac,
        )

    def to_string(self) -> str:
        """The notation above."""
        costs = f"ln={self.rounds},r={self.block_size},p={self.parallelism}"
        return f"{self.ident}{costs}${_text(self.salt)}${_text(self.checksum)}"

    def _calc_checksum(self, secret: str | bytes) -> bytes:
        header = _MAGIC + bytes([self.rounds]) + self.block_size.to_bytes(4, "big")
        header += self.parallelism.to_bytes(4, "big") + self.salt
        covered = header + hashlib.sha256(header).digest()[:16]
        derived = scrypt.derive(
            secret,
            self.salt,
            rounds=self.rounds,
            block_size=self.block_size,
            parallelism=self.parallelism,
            size=64,
        )
        return hmac.digest(derived[32:], covered, "sha256")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
