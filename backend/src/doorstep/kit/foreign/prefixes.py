"""What stands in front of a hash to say what it is: `{SCHEME}` (Spring, LDAP, Dovecot, Plone), `3|` (Nextcloud).

Behind most of them is a hash that is read without them.
"""

import re
from collections.abc import Callable
from typing import Final

from doorstep.kit.foreign.parts import DamagedError, from_base64, from_either, from_hex, pbkdf2, scrypt

_BRACES = re.compile(r"\{([A-Za-z0-9@_.-]{1,48})\}(.*)", re.DOTALL)
_LDAP_PBKDF2 = re.compile(r"(\d{1,10})\$([A-Za-z0-9+/.=]{0,200})\$([A-Za-z0-9+/.=]{1,200})")
_DOVECOT_PBKDF2 = re.compile(r"\$1\$([!-#%-~]{0,128})\$(\d{1,10})\$([0-9a-f]{40})")
_SPRING_SCRYPT = re.compile(r"\$([0-9a-f]{5,12})\$([A-Za-z0-9+/=]{1,200})\$([A-Za-z0-9+/=]{1,200})")
_MEDIAWIKI = re.compile(r":(pbkdf2|bcrypt|argon2):(.*)", re.DOTALL)
_MEDIAWIKI_PBKDF2 = re.compile(r"([a-z0-9]{1,16}):(\d{1,10}):\d{1,4}:([A-Za-z0-9+/=]{0,200}):([A-Za-z0-9+/=]{1,400})")
_MEDIAWIKI_BCRYPT = re.compile(r"(\d{1,2})\$([A-Za-z0-9./]{22})\$([A-Za-z0-9./]{31})")
_NUMBERED = re.compile(r"[0-9]\|(\$.*)", re.DOTALL)  # Nextcloud and ownCloud
_WORDS: Final = ("#jbcrypt:", "argon2:", "bcrypt:", "#argon2:")  # Jenkins, Jupyter

_SPRING_V58: Final = "@springsecurity_v5_8"
# What is behind these says itself what it is.
_PLAIN: Final = frozenset(
    {
        *("bcrypt", "blf-crypt", "crypt", "argon2", "argon2i", "argon2id", "sha256-crypt", "sha512-crypt"),
        *("argon2@springsecurity_v5_2", "argon2@springsecurity_v5_8"),
    }
)


def without_prefix(stored: str) -> str | None:
    """The hash behind a prefix that says only what the hash says itself; None where there is none."""
    if match := _NUMBERED.fullmatch(stored):
        return match[1]
    for word in _WORDS:
        if stored.startswith(word + "$"):
            return stored.removeprefix(word)
    match = _BRACES.fullmatch(stored)
    if match is not None and match[1].lower() in _PLAIN and match[2].startswith("$"):
        return match[2]
    return None


def in_braces(stored: str) -> str | None:
    """The kept notation of a hash that its scheme in braces explains; None for none of these. Raises DamagedError."""
    match = _BRACES.fullmatch(stored)
    reader = _SCHEMES.get(match[1].lower()) if match else None
    return reader(match[2]) if match and reader else None


def spring_scrypt(rest: str) -> str | None:
    """Spring's `$PARAMETERS$SALT$KEY`; the parameters are log2 of N, r and p in one hexadecimal number."""
    match = _SPRING_SCRYPT.fullmatch(rest)
    if match is None:
        return None
    packed = int(match[1], 16)
    rounds, block_size, lanes = packed >> 16, packed >> 8 & 0xFF, packed & 0xFF
    if rounds > 63:  # noqa: PLR2004 -- a logarithm
        raise DamagedError
    return scrypt(1 << rounds, block_size, lanes, from_base64(match[2]), from_base64(match[3]))


def mediawiki(stored: str) -> str | None:
    """MediaWiki's `:TYPE:PARAMETERS`; None when it is none of the three. Raises DamagedError, UnreadError."""
    match = _MEDIAWIKI.fullmatch(stored)
    if match is None:
        return None
    kind, rest = match.groups()
    if kind == "argon2":
        return rest
    if kind == "bcrypt":
        parts = _MEDIAWIKI_BCRYPT.fullmatch(rest)
        if parts is None:
            raise DamagedError
        return f"$2y${int(parts[1]):02}${parts[2]}{parts[3]}"
    parts = _MEDIAWIKI_PBKDF2.fullmatch(rest)
    if parts is None:
        raise DamagedError
    return pbkdf2(parts[1], int(parts[2]), from_base64(parts[3]), from_base64(parts[4]))


def _spring_pbkdf2(rounds: int, function: str, salt_bytes: int, whole_bytes: int) -> Callable[[str], str]:
    def read(rest: str) -> str:
        whole = from_either(rest)
        if len(whole) != whole_bytes:
            raise DamagedError
        return pbkdf2(function, rounds, whole[:salt_bytes], whole[salt_bytes:])

    return read


_spring_pbkdf2_55 = _spring_pbkdf2(185_000, "sha1", 8, 40)


def _any_pbkdf2(rest: str) -> str:
    """`{PBKDF2}` is written by Dovecot, by OpenLDAP and by Spring before 5.8."""
    if match := _DOVECOT_PBKDF2.fullmatch(rest):
        return pbkdf2("sha1", int(match[2]), match[1].encode(), from_hex(match[3]))
    return _ldap_pbkdf2("sha1")(rest) if "$" in rest else _spring_pbkdf2_55(rest)


def _ldap_pbkdf2(function: str) -> Callable[[str], str]:
    def read(rest: str) -> str:
        match = _LDAP_PBKDF2.fullmatch(rest)
        if match is None:
            raise DamagedError
        return pbkdf2(function, int(match[1]), from_base64(match[2]), from_base64(match[3]))

    return read


def _atlassian(rest: str) -> str:
    whole = from_base64(rest)
    if len(whole) != 48:  # noqa: PLR2004 -- 16 bytes of salt, 32 of digest
        raise DamagedError
    return pbkdf2("sha1", 10_000, whole[:16], whole[16:])


def _spring_scrypt(rest: str) -> str:
    found = spring_scrypt(rest)
    if found is None:
        raise DamagedError
    return found


_SCHEMES: Final[dict[str, Callable[[str], str]]] = {
    "pbkdf2" + _SPRING_V58: _spring_pbkdf2(310_000, "sha256", 16, 48),
    "pbkdf2": _any_pbkdf2,
    "scrypt" + _SPRING_V58: _spring_scrypt,
    "scrypt": _spring_scrypt,
    "pkcs5s2": _atlassian,
    **{f"pbkdf2-{function}": _ldap_pbkdf2(function) for function in ("sha1", "sha256", "sha512")},
}
