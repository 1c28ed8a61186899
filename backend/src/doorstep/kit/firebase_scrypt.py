"""Firebase's modified scrypt (github.com/firebase/scrypt), behind passlib's interface: verified, never made.

Firebase encrypts one signer key, the same for all users of a project, with AES-256-CTR under the key that scrypt makes
of a password. What is kept here is the stream that encrypts, which is the stored hash XOR the signer key: it tells a
right password as well, and neither the signer key nor anything that reveals it is kept. The notation is

    $firebase-scrypt$ln=14,r=8$SALT$STREAM

with the salt (Firebase's salt and separator together) and the stream in base64 without padding.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from passlib.utils.handlers import GenericHandler, HasRawChecksum

from doorstep.kit import scrypt

_SHAPE = re.compile(
    r"\$firebase-scrypt\$ln=([1-9]\d?),r=([1-9]\d{0,3})\$([A-Za-z0-9+/]{1,171})\$([A-Za-z0-9+/]{22,171})"
)
_KEY_BYTES: Final = 32
_LONGEST_PART = 128  # bytes; Firebase's own signer key has 64, its salts 10
_LEAST_SIGNER_KEY = 16


class FirebaseScrypt(HasRawChecksum, GenericHandler):  # type: ignore[misc]  # libpass ships no types
    """Verifies. `rounds` is log2 of scrypt's N, as in passlib's own `scrypt`; p is always 1."""

    name = "firebase_scrypt"
    ident = "$firebase-scrypt$"
    setting_kwds = ()
    parallelism = 1

    def __init__(self, *, rounds: int, block_size: int, salt: bytes, **kwds: object) -> None:
        super().__init__(**kwds)
        self.rounds = rounds
        self.block_size = block_size
        self.salt = salt

    @classmethod
    def from_string(cls, hash: str, **_: object) -> "FirebaseScrypt":  # noqa: A002 -- passlib's name
        """The parts of a stored hash. Raises ValueError when it is none."""
        match = _SHAPE.fullmatch(hash)
        if match is None:
            raise ValueError("no hash of Firebase's")
        rounds, block_size, salt, stream = match.groups()
        return cls(rounds=int(rounds), block_size=int(block_size), salt=_bytes(salt), checksum=_bytes(stream))

    def to_string(self) -> str:
        """The notation above."""
        return f"{self.ident}ln={self.rounds},r={self.block_size}${_text(self.salt)}${_text(self.checksum)}"

    def _calc_checksum(self, secret: str | bytes) -> bytes:
        derived = scrypt.derive(
            secret,
            self.salt,
            rounds=self.rounds,
            block_size=self.block_size,
            parallelism=self.parallelism,
            size=_KEY_BYTES,
        )
        # CTR with a nonce that is always zero is sound here: each key encrypts one thing, once.
        encryptor = Cipher(algorithms.AES(derived), modes.CTR(bytes(16))).encryptor()
        return encryptor.update(bytes(len(self.checksum))) + encryptor.finalize()


@dataclass(frozen=True, slots=True)
class FirebaseProject:
    """The parameters of a Firebase project, as its console shows them. Not printed: the signer key is a secret."""

    signer_key: bytes
    salt_separator: bytes
    rounds: int
    memory_cost: int

    def __repr__(self) -> str:
        return "FirebaseProject(...)"

    @classmethod
    def read(cls, given: object) -> "FirebaseProject":
        """From the object of the console: base64_signer_key, base64_salt_separator, rounds, mem_cost.

        Raises ValueError with a sentence that quotes nothing.
        """
        if not isinstance(given, dict):
            raise ValueError("it is no JSON object")  # noqa: TRY004 -- one kind of error for whoever reads it
        whole = {name: given.get(name) for name in ("rounds", "mem_cost")}
        for name, value in whole.items():
            if (
                not isinstance(value, int | str)
                or isinstance(value, bool)
                or not re.fullmatch("[1-9][0-9]?", str(value))
            ):
                raise ValueError(f"`{name}` must be a whole number from 1 to 99")
        signer_key = _decoded(given.get("base64_signer_key"))
        separator = _decoded(given.get("base64_salt_separator"))
        if signer_key is None or not _LEAST_SIGNER_KEY <= len(signer_key) <= _LONGEST_PART:
            raise ValueError("`base64_signer_key` must be the base64 text that the console shows")
        if separator is None or len(separator) > _LEAST_SIGNER_KEY:
            raise ValueError("`base64_salt_separator` must be the base64 text that the console shows")
        return cls(signer_key, separator, int(str(whole["rounds"])), int(str(whole["mem_cost"])))

    def notation(self, digest: str, salt: str) -> str | None:
        """What is kept of a `passwordHash` and `salt` of Firebase's export; None when they are damaged."""
        whole, seasoning = _decoded(digest), _decoded(salt)
        if whole is None or not seasoning or len(seasoning) > _LONGEST_PART - len(self.salt_separator):
            return None
        if len(whole) != len(self.signer_key):
            return None
        stream = bytes(one ^ other for one, other in zip(whole, self.signer_key, strict=True))
        kept = FirebaseScrypt(
            rounds=self.memory_cost, block_size=self.rounds, salt=seasoning + self.salt_separator, checksum=stream
        )
        return kept.to_string()


def _decoded(text: object) -> bytes | None:
    """The bytes of base64 in either alphabet, padded or not: Firebase's tools write both. None for anything else."""
    if not isinstance(text, str) or not text.isascii():
        return None
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        return None


def _bytes(unpadded: str) -> bytes:
    return base64.b64decode(unpadded + "=" * (-len(unpadded) % 4), validate=True)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
