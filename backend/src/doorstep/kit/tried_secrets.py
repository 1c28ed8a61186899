"""What is tried of a typed password: one text for a hash of ours, several for one that another system made.

Ours are of Unicode NFC. Others hash the bytes as they were typed (Django, PHP, Rails, Node), or fold them first (NFKC:
better-auth, Lucia; NFKD: Flask-Security), and nothing in the hash says which. A password of ASCII is one text under all
of them. docs/decisions/0032 says what is tried, and at what cost.
"""

import base64
import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from doorstep.kit.hash_formats import LONGEST_SECRET, StoredHash
from doorstep.kit.preparations import Prepared

BCRYPT_READS: Final = 72
"""Bytes: bcrypt reads no more, and what made an imported hash cut the password there."""

_FOLDED: Final[tuple[Literal["NFC", "NFKC", "NFKD"], ...]] = ("NFC", "NFKC", "NFKD")


@dataclass(frozen=True, slots=True)
class Tried:
    """Bytes to verify. `whole` is False where a part of the password is not in them: bcrypt has cut it off."""

    secret: bytes
    whole: bool


def normalised(password: str) -> str:
    """The password as it is hashed and counted: Unicode NFC (NIST SP 800-63B-4 section 3.1.1.2)."""
    return unicodedata.normalize("NFC", password)


def own_secret(password: str) -> bytes:
    """The bytes that are hashed. Lone surrogates are refused long before; here they only must not be a crash."""
    return _bytes(normalised(password))


def tried_secrets(password: str, stored: StoredHash) -> list[Tried]:
    """What to verify, in this order and to the end, so that the time does not tell which of them was right.

    As typed, then NFC, NFKC and NFKD, those that differ, and no more than one bearable hash's work together allows:
    at least one. None where no password of these bytes can have made the hash.
    """
    if stored.ours:
        secret = own_secret(password)
        return [Tried(secret, whole=True)] if len(secret) <= LONGEST_SECRET else []
    found: dict[bytes, Tried] = {}
    for text in _texts(password, stored.longest):
        for tried in _readings(text, stored):
            found.setdefault(tried.secret, tried)
    return list(found.values())[: stored.most_tries]


def _texts(password: str, longest: int) -> Iterator[bytes]:
    if len(password) > LONGEST_SECRET:
        return
    texts = (
        [password] if password.isascii() else [password, *(unicodedata.normalize(form, password) for form in _FOLDED)]
    )
    yield from (text for text in map(_bytes, texts) if len(text) <= longest)


def _readings(text: bytes, stored: StoredHash) -> Iterator[Tried]:
    """The bytes that the other system may have hashed for this text."""
    if stored.preparation is not None:
        for prepared in stored.preparation.of(text):
            yield _cut(prepared) if stored.is_bcrypt else Tried(prepared.secret, whole=True)
    elif not stored.is_bcrypt:
        yield Tried(text, whole=True)
    elif b"\0" not in text:  # in C a password ends there: no such one was ever hashed
        yield Tried(text[:BCRYPT_READS], whole=len(text) <= BCRYPT_READS)
        if len(text) > BCRYPT_READS and stored.text.startswith("$2y$"):
            # Symfony's NativePasswordHasher: bcrypt of a digest, for a password that bcrypt would cut.
            digest = base64.b64encode(hashlib.sha512(text).digest())
            yield Tried(digest[:BCRYPT_READS], whole=True)


def _cut(prepared: Prepared) -> Tried:
    return Tried(prepared.secret[:BCRYPT_READS], whole=prepared.read_until <= BCRYPT_READS)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
