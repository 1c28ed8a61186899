"""Hashes as other systems write them: what is kept of each, or why nothing is.

Everything is read once, at an import. A log-in reads what is kept, by `hash_formats` alone.
"""

import re
from typing import Final

from doorstep.kit import phpass
from doorstep.kit.firebase_scrypt import FirebaseProject
from doorstep.kit.foreign.firebase import firebase
from doorstep.kit.foreign.names import seen
from doorstep.kit.foreign.notations import notation
from doorstep.kit.foreign.parts import DamagedError, UnreadError, from_base64, pbkdf2
from doorstep.kit.foreign.phc import phc
from doorstep.kit.foreign.prefixes import in_braces, mediawiki, spring_scrypt, without_prefix
from doorstep.kit.phpass import Portable

_LONGEST: Final = 4096
# Most lines of most files: they need no look at everything else that there is.
_AS_THEY_ARE: Final = ("$2b$", "$2a$", "$2y$", "pbkdf2_sha", "bcrypt$", "bcrypt_sha256$", "argon2$argon2", "scrypt$")
_PLAIN_PBKDF2 = re.compile(
    r"\$pbkdf2-(sha256|sha512)\$(?:i=)?(\d{1,10})\$([A-Za-z0-9+/.]+)={0,2}\$([A-Za-z0-9+/.]+)={0,2}"
)
_PLAIN_ARGON2 = re.compile(r"\$argon2(?:id|i|d)\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
_SHA_CRYPT = re.compile(
    r"\$([56])\$(?:rounds=([1-9]\d{0,9})\$)?[A-Za-z0-9./]{0,16}\$([A-Za-z0-9./]{43}|[A-Za-z0-9./]{86})"
)
_FEWEST_SHA_CRYPT_ROUNDS: Final = 100_000
_USUAL_SHA_CRYPT_ROUNDS: Final = 5000


def read(stored: str, project: FirebaseProject | None) -> str | Portable:
    """The kept notation, or the text unchanged: `hash_formats` then says whether it knows it.

    A `Portable` is to be wrapped, since it is too fast to be kept. Raises DamagedError, UnreadError,
    ProjectUnknownError.
    """
    if stored.startswith(_AS_THEY_ARE) or len(stored) > _LONGEST or not stored.isascii():
        return stored
    if _PLAIN_ARGON2.fullmatch(stored):
        return stored
    if match := _PLAIN_PBKDF2.fullmatch(stored):
        function, rounds, salt, digest = match.groups()
        return pbkdf2(function, int(rounds), from_base64(salt), from_base64(digest), floor=False)
    behind = without_prefix(stored)
    text = stored if behind is None else behind
    if text.startswith(("$P$", "$H$", "$S$")):
        return _portable(text)
    if text.startswith("$2x$"):
        raise UnreadError(seen(text))
    _require_slow(text)
    return (
        phc(text)
        or in_braces(text)
        or mediawiki(text)
        or notation(text)
        or firebase(text, project)
        or spring_scrypt(text)
        or text
    )


def _portable(text: str) -> Portable:
    found = phpass.parsed(text)
    if found is None or phpass.Setting.read(found.notation) is None:
        raise DamagedError
    return found


def _require_slow(text: str) -> None:
    """SHA-crypt is as slow as its rounds, and its usual 5000 take a millisecond."""
    match = _SHA_CRYPT.fullmatch(text)
    if match is None:
        return
    rounds = int(match[2] or _USUAL_SHA_CRYPT_ROUNDS)
    if rounds < _FEWEST_SHA_CRYPT_ROUNDS:
        raise UnreadError(
            f"crypt's SHA-{'256' if match[1] == '5' else '512'} with fewer than {_FEWEST_SHA_CRYPT_ROUNDS} rounds: too "
            "fast, whoever has a copy of it has most of the passwords; import the user without a hash"
        )
