"""Stored password hashes: which formats are understood, and how much work one may ask for.

An imported table of users decides how long a log-in computes: a hash that names 4 GiB of memory or 2^31 rounds would
stop the server. So the cost is read from the hash and compared with a bound before anything is computed.

Fast formats (Django's salted SHA-1 and MD5, `crypt`) are not understood on purpose: whoever has the dump has the
passwords, and accepting them would keep them alive.
"""

import base64
import binascii
import re
from typing import Final, Literal, NamedTuple, TypeAlias

import bcrypt
import structlog
from passlib.context import CryptContext

from doorstep.kit.argon2 import Argon2
from doorstep.kit.firebase_scrypt import FirebaseScrypt
from doorstep.kit.pbkdf2_hash import Pbkdf2
from doorstep.kit.preparations import Preparation, parted
from doorstep.kit.scrypt_kdf import ScryptKdf
from doorstep.kit.sha_crypt import LONGEST_SECRET as LONGEST_FOR_SHA_CRYPT
from doorstep.kit.sha_crypt import Sha256Crypt, Sha512Crypt
from doorstep.settings import PasswordSettings

_SCHEMES = (
    Argon2,
    "bcrypt",
    "scrypt",
    "pbkdf2_sha256",
    "pbkdf2_sha512",
    "django_pbkdf2_sha256",
    "django_pbkdf2_sha1",
    "django_bcrypt_sha256",
    "bcrypt_sha256",
    FirebaseScrypt,
    Pbkdf2,
    ScryptKdf,
    Sha256Crypt,
    Sha512Crypt,
)
_BCRYPT_SCHEMES = frozenset({"bcrypt", "django_bcrypt_sha256", "bcrypt_sha256"})
_SCRYPT_SCHEMES = frozenset({"scrypt", FirebaseScrypt.name, ScryptKdf.name})
_SHA_CRYPT_SCHEMES = frozenset({Sha256Crypt.name, Sha512Crypt.name})
# By which passlib would know them, too: an import asks a million times.
_BEGINNINGS: Final = {
    **dict.fromkeys(("$2a$", "$2b$", "$2y$"), "bcrypt"),
    **dict.fromkeys(("$argon2id$v=", "$argon2i$v=1"), "argon2"),
    "$pbkdf2-sha2": "pbkdf2_sha256",
    "$pbkdf2-sha5": "pbkdf2_sha512",
    "pbkdf2_sha25": "django_pbkdf2_sha256",
}
LONGEST_SECRET: Final = 4096
"""Bytes: passlib refuses longer ones. The policy's limit is far below."""
LONGEST_HASH: Final = 512

# About one second of one core each: above what Django, Rails, PHP and the RFCs use, far below what stops a server.
_MOST_MEMORY_KIB = 262_144
_MOST_ARGON2_WORK = 1_048_576  # KiB x passes
_MOST_LANES = 16
_MOST_BCRYPT_ROUNDS = 14  # log2
_MOST_SCRYPT_WORK = 2_097_152  # N x r x p
_MOST_PBKDF2_ROUNDS = 3_000_000
_MOST_SHA_CRYPT_ROUNDS = 1_000_000
_UNBEARABLE: Final = 2.0
# As typed, NFC, NFKC and NFKD, each as it is and as one system or another reads it.
_MOST_TRIES: Final = 8

_DJANGO_SCRYPT = re.compile(r"scrypt\$(\d{1,10})\$([^$]+)\$(\d{1,10})\$(\d{1,10})\$([A-Za-z0-9+/]+=*)")
_SCRYPT_DIGEST_BYTES = 32

Reason: TypeAlias = Literal["unknown", "damaged", "too_costly", "secret_unset"]

_log = structlog.get_logger(__name__)


class StoredHash(NamedTuple):
    """A hash in passlib's own notation whose cost is bearable.

    `ours` is False for a hash that another system made. `most_tries` is how often it may be computed in one log-in: as
    often as all that together is bearable. `is_bcrypt` reads at most 72 bytes. Nothing longer than `longest` bytes is
    computed.
    """

    text: str
    ours: bool
    is_bcrypt: bool
    most_tries: int
    longest: int = LONGEST_SECRET
    preparation: Preparation | None = None

    @property
    def notation(self) -> str:
        """How it is kept: never to be taken for one of ours, so Argon2 is written with Django's prefix."""
        if self.preparation is not None:
            return self.preparation.notation + self.text
        return "argon2" + self.text if self.text.startswith("$argon2") else self.text


class HashFormats:
    """Reads stored hashes; new ones are Argon2id (RFC 9106) with the parameters of the settings."""

    def __init__(self, settings: PasswordSettings) -> None:
        self._settings = settings
        self.secrets = settings.imported_secrets_as_bytes
        self._own = f"$argon2id$v=19$m={settings.hash_memory_kib},t={settings.hash_time_cost},p=1$"
        self.context = CryptContext(
            schemes=list(_SCHEMES),
            deprecated="auto",
            argon2__type="ID",
            argon2__memory_cost=settings.hash_memory_kib,
            argon2__time_cost=settings.hash_time_cost,
            argon2__parallelism=1,
        )

        self._handlers = {scheme: self.context.handler(scheme) for scheme in self.context.schemes()}

    def read(self, stored: str) -> StoredHash | None:
        """What `stored` says in a format we know, or None when it is none, damaged, or too costly to compute."""
        found = self.examine(stored)
        if isinstance(found, StoredHash):
            return found
        # Never the hash itself: the log is read by more people than the table.
        _log.warning("stored_hash_refused", reason=found)
        return None

    def decoy(self, salt: bytes, digest: bytes) -> str:
        """A hash of no password, as costly to verify as a new one. `salt` 16 and `digest` 32 random bytes."""
        return f"{self._own}{_unpadded(salt)}${_unpadded(digest)}"

    def verify(self, secret: bytes, stored: StoredHash) -> bool:
        """Whether the hash was made from these bytes. Raises ValueError for a damaged hash, MemoryError."""
        if stored.is_bcrypt:
            # Not by passlib, which refuses a NUL: there are some in the bytes of a digest.
            return bcrypt.checkpw(secret, stored.text.encode())
        return bool(self.context.verify(secret, stored.text))

    def needs_update(self, stored: StoredHash) -> bool:
        """Whether a hash of today's parameters should be kept instead."""
        return not stored.ours or bool(self.context.needs_update(stored.text))

    def examine(self, stored: str) -> StoredHash | Reason:
        """What `read` says, with the reason where it says None; nothing is logged."""
        if len(stored) > LONGEST_HASH or not stored.isascii():
            return "unknown"
        parts = parted(stored, self.secrets)
        if parts is None:
            return self._examine(stored, None)
        preparation, behind = parts
        return "secret_unset" if preparation is None else self._examine(behind, preparation)

    def _examine(self, stored: str, preparation: Preparation | None) -> StoredHash | Reason:
        text = _from_django(stored)
        scheme = _BEGINNINGS.get(text[:4]) or _BEGINNINGS.get(text[:12]) or self.context.identify(text)
        if scheme is None:
            return "unknown"
        try:
            hashed = self._handlers[scheme].from_string(text)
            share = self._share(scheme, hashed)
        except Exception:  # noqa: BLE001 -- passlib's parsers fail with anything from AssertionError to IndexError
            return "damaged"
        if hashed.checksum is None:
            return "damaged"
        if share > 1:
            return "too_costly"
        return StoredHash(
            text,
            ours=preparation is None and stored.startswith(self._own),
            is_bcrypt=scheme == "bcrypt",
            longest=LONGEST_FOR_SHA_CRYPT if scheme in _SHA_CRYPT_SCHEMES else LONGEST_SECRET,
            most_tries=_MOST_TRIES if share * _MOST_TRIES < 1 else int(1 / share),
            preparation=preparation,
        )

    def _share(self, scheme: str, hashed: object) -> float:
        """The part of a bearable log-in that computing the hash once takes; above 1 it is not bearable."""

        def cost(name: str) -> int:
            return int(getattr(hashed, name))

        if scheme == "argon2":
            ours = self._settings.hash_memory_kib
            memory, work = cost("memory_cost"), cost("memory_cost") * cost("rounds")
            if (
                memory > max(_MOST_MEMORY_KIB, ours)
                or cost("parallelism") > _MOST_LANES
                or getattr(hashed, "data", None) is not None
            ):
                return _UNBEARABLE
            return work / max(_MOST_ARGON2_WORK, ours * self._settings.hash_time_cost)
        if scheme in _SCRYPT_SCHEMES:
            blocks = cost("block_size") << cost("rounds")
            if blocks // 8 > _MOST_MEMORY_KIB:
                return _UNBEARABLE
            return blocks * cost("parallelism") / _MOST_SCRYPT_WORK
        if scheme in _BCRYPT_SCHEMES:
            return 2.0 ** (min(cost("rounds"), 64) - _MOST_BCRYPT_ROUNDS)
        return cost("rounds") / (_MOST_SHA_CRYPT_ROUNDS if scheme in _SHA_CRYPT_SCHEMES else _MOST_PBKDF2_ROUNDS)


def _from_django(stored: str) -> str:
    """Django's notation of a format that passlib knows under another name; anything else unchanged."""
    if stored.startswith("argon2$argon2"):
        return stored.removeprefix("argon2")
    if stored.startswith("bcrypt$$2"):
        return stored.removeprefix("bcrypt$")
    match = _DJANGO_SCRYPT.fullmatch(stored)
    if match is None:
        return stored
    work, salt, block_size, lanes, digest = match.groups()
    rounds = int(work).bit_length() - 1
    try:
        whole = base64.b64decode(digest, validate=True)
    except binascii.Error:
        return stored
    if int(work) != 1 << rounds or len(whole) < _SCRYPT_DIGEST_BYTES:
        return stored
    # Django keeps 64 bytes. scrypt's output is PBKDF2 (RFC 7914 section 6), whose first 32 bytes do not depend on how
    # many follow, and 32 are what passlib compares.
    short = _unpadded(whole[:_SCRYPT_DIGEST_BYTES])
    return f"$scrypt$ln={rounds},r={int(block_size)},p={int(lanes)}${_unpadded(salt.encode())}${short}"


def _unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
