"""Preparations: what another system made of a password before it hashed the result with bcrypt, Argon2 or the like.

Nothing in such a hash tells. An import names the preparation, and what is kept is

    prepared:NAME:HASH    or, with a secret or parameters of its own,    prepared:NAME/PARAMETERS:HASH

A preparation with a secret (Devise's pepper, the key of Flask-Security's HMAC) keeps a fingerprint of the secret in the
place of its parameters. The secret itself is a setting: docs/decisions/0032.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from doorstep.kit import phpass

MARK: Final = "prepared:"
_SHAPE: Final = re.compile(r"prepared:([a-z0-9-]{1,32})(?:/([A-Za-z0-9./]{1,32}))?:([!-~]{1,480})")
_PHP_SPACE: Final = b" \t\n\r\0\x0b"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is hashed. The whole password is in its first `read_until` bytes."""

    secret: bytes
    read_until: int


Step: TypeAlias = Callable[[bytes], Sequence[Prepared]]


@dataclass(frozen=True, slots=True)
class Preparation:
    """`notation` stands before the hash; `of` says what is hashed of a text, and nothing where that costs too much.

    Not printed with what it does: that may hold a secret.
    """

    notation: str
    of: Step

    def __repr__(self) -> str:
        return f"Preparation({self.notation!r})"


def _digest(name: str, encode: Callable[[bytes], bytes]) -> Step:
    def of(text: bytes) -> Sequence[Prepared]:
        return (_all_of(encode(hashlib.new(name, text, usedforsecurity=False).digest())),)

    return of


def _keyed(name: str, encode: Callable[[bytes], bytes]) -> Callable[[bytes], Step]:
    def with_key(key: bytes) -> Step:
        return lambda text: (_all_of(encode(hmac.digest(key, text, name))),)

    return with_key


def _all_of(digest: bytes) -> Prepared:
    """Every byte of a digest depends on the whole password: cut or not, none of it is missing."""
    return Prepared(digest, read_until=0)


def _wordpress(text: bytes) -> Sequence[Prepared]:
    """wp_hash_password of WordPress 6.8."""
    digest = hmac.digest(b"wp-sha384", text.strip(_PHP_SPACE), "sha384")
    return (_all_of(base64.b64encode(digest)),)


def _hex(data: bytes) -> bytes:
    return data.hex().encode()


_PLAIN: Final[Mapping[str, Step]] = {
    # What the hash functions are for here is to be what the other system computed. A slow hash stands behind each.
    **{f"{name}-hex": _digest(name, _hex) for name in ("md5", "sha1", "sha256", "sha384", "sha512")},
    **{f"{name}-base64": _digest(name, base64.b64encode) for name in ("sha256", "sha384", "sha512")},
}
_SECRET: Final[Mapping[str, Callable[[bytes], Step]]] = {
    **{f"hmac-{name}": _keyed(name, base64.b64encode) for name in ("sha256", "sha384", "sha512")},
    **{f"hmac-{name}-hex": _keyed(name, _hex) for name in ("sha256", "sha384", "sha512")},
    "suffix": lambda key: lambda text: (Prepared(text + key, read_until=len(text)),),
    "prefix": lambda key: lambda text: (Prepared(key + text, read_until=len(key) + len(text)),),
}
# These come with a notation of their own and are not named by anybody.
_WRITTEN: Final[Mapping[str, Step]] = {
    "wordpress": _wordpress,
    "sha512-bytes": _digest("sha512", bytes),  # Request Tracker
}

NAMES: Final = tuple(_PLAIN)
NAMES_WITH_SECRET: Final = tuple(_SECRET)


def fingerprint(secret: bytes) -> str:
    """What a row says about the secret it needs: enough to find it among a few, too little to be it."""
    return hmac.digest(secret, b"doorstep imported secret", "sha256").hex()[:8]


def named(name: str, secret: bytes | None = None) -> Preparation | None:
    """The preparation with one of the public names. None for no such name, or without the secret that it needs."""
    if name in _PLAIN:
        return Preparation(f"{MARK}{name}:", _PLAIN[name])
    if name in _SECRET and secret is not None:
        return Preparation(f"{MARK}{name}/{fingerprint(secret)}:", _SECRET[name](secret))
    return None


def parted(stored: str, secrets: Sequence[bytes]) -> "tuple[Preparation | None, str] | None":
    """The preparation and the hash behind it; None as the preparation where its secret is not among `secrets`.

    None when `stored` is no such notation.
    """
    match = _SHAPE.fullmatch(stored) if stored.startswith(MARK) else None
    if match is None:
        return None
    name, parameters, rest = match.groups()
    notation = stored.removesuffix(rest)
    if parameters is None:
        step = _PLAIN.get(name) or _WRITTEN.get(name)
        return None if step is None else (Preparation(notation, step), rest)
    if name == phpass.NAME:
        setting = phpass.Setting.read(parameters)
        if setting is None:
            return None
        return Preparation(notation, lambda text: _phpass(setting, text)), rest
    if name not in _SECRET:
        return None
    secret = next((each for each in secrets if fingerprint(each) == parameters), None)
    return (None if secret is None else Preparation(notation, _SECRET[name](secret))), rest


def _phpass(setting: phpass.Setting, text: bytes) -> Sequence[Prepared]:
    """WordPress hashed what was left of the spaces around; what else uses phpass hashed everything."""
    if len(text) > phpass.LONGEST_TEXT:
        return []
    return [_all_of(setting.digest(each)) for each in dict.fromkeys((text, text.strip(_PHP_SPACE)))]
