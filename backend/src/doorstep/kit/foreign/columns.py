"""Hash and salt in two columns: what system they come from must be named, for neither says it.

A scheme is the name of a system, or says the computation itself in one of two notations:
`pbkdf2-sha256$i=25000` and `scrypt$n=16384,r=8,p=1`, with `,salt=hex` or `,salt=base64` where the salt is not hashed as
the text it is (Discourse's column `password_algorithm` is such a text); or it is Gitea's column `passwd_hash_algo`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from doorstep.kit.foreign.parts import (
    DamagedError,
    UnreadError,
    from_base64,
    from_either,
    from_hex,
    pbkdf2,
    scrypt,
    to_base64,
)

_PAYLOAD_NEW: Final = "pbkdf2-sha256-v1:"
_SPELLED = re.compile(
    r"\$?(pbkdf2(?:-sha(?:1|224|256|384|512))?|scrypt)\$([a-z]{1,4}=[a-z0-9]{1,10}(?:,[a-z]{1,4}=[a-z0-9]{1,10}){0,5})\$?"
)
_GITEA = re.compile(r"(argon2|pbkdf2|scrypt|bcrypt)((?:\$\d{1,10}){1,5})")
_GITEA_NAMES: Final = {
    "pbkdf2": "pbkdf2$50000$50",
    "pbkdf2_v1": "pbkdf2$10000$50",
    "pbkdf2_v2": "pbkdf2$50000$50",
    "pbkdf2_hi": "pbkdf2$320000$50",
    "argon2": "argon2$2$65536$8$50",
    "scrypt": "scrypt$65536$16$2$50",
    "bcrypt": "bcrypt$10",
}
_GITEA_OLD_SALT: Final = 10
_FAST: Final = "too fast, whoever has a copy of it has most of the passwords; import the user without a hash"

Read = Callable[[str, str], str]


def joined(digest: str, salt: str, scheme: str) -> str | None:
    """The kept notation; None when there is no such scheme. Raises DamagedError, UnreadError."""
    named = _SYSTEMS.get(scheme.lower())
    if named is not None:
        return named(digest, salt)
    if match := _SPELLED.fullmatch(scheme):
        return _spelled(match[1], match[2], digest, salt)
    if match := _GITEA.fullmatch(_GITEA_NAMES.get(scheme.lower(), scheme)):
        return _gitea(match[1], [int(each) for each in match[2][1:].split("$")], digest, salt)
    return None


def _pbkdf2_of_text(function: str, rounds: int) -> Read:
    return lambda digest, salt: pbkdf2(function, rounds, salt.encode(), from_either(digest))


def _payload(digest: str, salt: str) -> str:
    if digest.startswith(_PAYLOAD_NEW):
        return pbkdf2("sha256", 600_000, salt.encode(), from_hex(digest.removeprefix(_PAYLOAD_NEW)))
    return pbkdf2("sha256", 25_000, salt.encode(), from_hex(digest))


def _fast(system: str) -> Read:
    def read(_digest: str, _salt: str) -> str:
        raise UnreadError(f"{system}: {_FAST}")

    return read


_SYSTEMS: Final[Mapping[str, Read]] = {
    "payload": _payload,
    "passport-local-mongoose": _pbkdf2_of_text("sha256", 25_000),
    "grafana": _pbkdf2_of_text("sha256", 10_000),
    "discourse": _pbkdf2_of_text("sha256", 64_000),  # before it had the column `password_algorithm`
    "symfony-pbkdf2": _pbkdf2_of_text("sha512", 1_000),
    "redmine": _fast("Redmine's SHA-1 of a salt and a SHA-1"),
    "symfony-message-digest": _fast("Symfony's SHA-512, 5000 times over"),
}
SYSTEMS: Final = ("firebase", *_SYSTEMS, *_GITEA_NAMES)
"""The names that are told."""
COLUMNS: Final = (*_SYSTEMS, *_GITEA_NAMES)
"""Those that say all that is needed."""


def _spelled(name: str, written: str, digest: str, salt: str) -> str:
    parameters = dict(pair.split("=", 1) for pair in written.split(","))
    encoding = parameters.pop("salt", "text")
    if encoding not in _SALTS:
        raise DamagedError
    seasoning, whole = _SALTS[encoding](salt), from_either(digest)
    length = parameters.pop("l", None)
    if length is not None and length != str(len(whole)):
        raise DamagedError
    if not all(value.isdecimal() for value in parameters.values()):
        raise DamagedError
    numbers = {name: int(value) for name, value in parameters.items()}
    if name == "scrypt" and set(numbers) == {"n", "r", "p"}:
        return scrypt(numbers["n"], numbers["r"], numbers["p"], seasoning, whole)
    if name != "scrypt" and set(numbers) == {"i"}:
        return pbkdf2(name.removeprefix("pbkdf2").removeprefix("-") or "sha1", numbers["i"], seasoning, whole)
    raise DamagedError


_SALTS: Final[Mapping[str, Callable[[str], bytes]]] = {"text": str.encode, "hex": from_hex, "base64": from_base64}


def _gitea(kind: str, numbers: list[int], digest: str, salt: str) -> str:
    if kind == "bcrypt":  # which has a salt of its own
        return digest
    seasoning = salt.encode() if len(salt) == _GITEA_OLD_SALT else from_hex(salt)
    whole = from_hex(digest)
    if not numbers or len(whole) != numbers[-1]:
        raise DamagedError
    match kind, numbers:
        case "pbkdf2", [rounds, _]:
            return pbkdf2("sha256", rounds, seasoning, whole)
        case "scrypt", [work, block_size, lanes, _]:
            return scrypt(work, block_size, lanes, seasoning, whole)
        case "argon2", [passes, memory, lanes, _]:
            return f"$argon2id$v=19$m={memory},t={passes},p={lanes}${to_base64(seasoning)}${to_base64(whole)}"
    raise DamagedError
