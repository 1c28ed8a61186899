"""Notations of single systems, rewritten into the one that is kept. The computation stays what it was."""

import base64
import re
from typing import Final

from doorstep.kit.foreign.parts import DamagedError, UnreadError, from_base64, from_hex, pbkdf2, scrypt
from doorstep.kit.scrypt_kdf import WHOLE_BYTES, ScryptKdf

_WERKZEUG_PBKDF2 = re.compile(r"pbkdf2:(sha1|sha256|sha512):(\d{1,10})\$([!-#%-~]{1,128})\$([0-9a-f]{40,128})")
_WERKZEUG_SCRYPT = re.compile(r"scrypt:(\d{1,10}):(\d{1,10}):(\d{1,10})\$([!-#%-~]{1,128})\$([0-9a-f]{128})")
# better-auth and Lucia: the salt's text is hashed, hexadecimal or not.
_SALT_AND_KEY = re.compile(r"(s2:)?([A-Za-z0-9]{8,64}):([0-9a-f]{128})")
_HEX_SALT = re.compile(r"[0-9a-f]{32}")
_GRUB = re.compile(r"grub\.pbkdf2\.sha512\.(\d{1,10})\.([0-9A-Fa-f]{2,256})\.([0-9A-Fa-f]{128})")
_DLITZ = re.compile(r"\$p5k2\$([0-9a-f]{0,8})\$([A-Za-z0-9./]{1,128})\$([A-Za-z0-9._-]{32}=?)")
# Seafile's salt is hexadecimal. DokuWiki writes letters there, takes them for hexadecimal, and hashes no salt at all.
_SEAFILE = re.compile(r"PBKDF2SHA256\$(\d{1,10})\$([0-9A-Za-z]{2,256})\$([0-9a-f]{64})")
_WEB2PY = re.compile(
    r"pbkdf2\((\d{1,10}),(\d{1,3}),(sha1|sha224|sha256|sha384|sha512)\)\$([!-#%-~]{1,128})\$([0-9a-f]{32,256})"
)
_MOSQUITTO = re.compile(r"\$7\$(\d{1,10})\$([A-Za-z0-9+/]{4,128}={0,2})\$([A-Za-z0-9+/]{86}==)")
_REQUEST_TRACKER = re.compile(r"!bcrypt!(\d{1,2})!([A-Za-z0-9./]{53})")
_WORDPRESS = re.compile(r"\$wp(\$2[aby]\$\d\d\$[A-Za-z0-9./]{53})")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{60,200}={0,2}")
_BCRYPT = re.compile(r"\$2[aby]\$\d\d\$[A-Za-z0-9./]{53}")
_ASPNET_FUNCTIONS: Final = {0: "sha1", 1: "sha256", 2: "sha512"}
_ASPNET_HEADER: Final = 13
_ASPNET_DIGEST: Final = 32
_ASPNET_V2_BYTES: Final = 49


def notation(stored: str) -> str | None:
    """The kept notation; None when it is none of these. Raises DamagedError, UnreadError."""
    return _werkzeug(stored) or _pbkdf2_of_others(stored) or _salt_and_key(stored) or _prepared(stored) or _blob(stored)


def _werkzeug(stored: str) -> str | None:
    if match := _WERKZEUG_PBKDF2.fullmatch(stored):
        function, rounds, salt, digest = match.groups()
        return pbkdf2(function, int(rounds), salt.encode(), bytes.fromhex(digest), floor=function == "sha1")
    if match := _WERKZEUG_SCRYPT.fullmatch(stored):
        work, block_size, lanes, salt, digest = match.groups()
        # Django's notation of the same thing, which `hash_formats` knows.
        return f"scrypt${work}${salt}${block_size}${lanes}${base64.b64encode(bytes.fromhex(digest)).decode()}"
    return None


def _pbkdf2_of_others(stored: str) -> str | None:
    if match := _GRUB.fullmatch(stored):
        return pbkdf2("sha512", int(match[1]), from_hex(match[2]), from_hex(match[3]))
    if match := _DLITZ.fullmatch(stored):
        rounds = int(match[1], 16) if match[1] else 400
        return pbkdf2("sha1", rounds, f"$p5k2${match[1]}${match[2]}".encode(), from_base64(match[3]))
    if match := _SEAFILE.fullmatch(stored):
        return pbkdf2("sha256", int(match[1]), _seafile_salt(match[2]), from_hex(match[3]))
    if match := _MOSQUITTO.fullmatch(stored):
        return pbkdf2("sha512", int(match[1]), from_base64(match[2]), from_base64(match[3]))
    if match := _WEB2PY.fullmatch(stored):
        return pbkdf2(match[3], int(match[1]), match[4].encode(), from_hex(match[5]))
    return None


def _seafile_salt(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _salt_and_key(stored: str) -> str | None:
    match = _SALT_AND_KEY.fullmatch(stored)
    if match is None:
        return None
    version, salt, key = match.groups()
    # Lucia's first version had blocks of 8 and salts of 16 letters.
    block_size = 16 if version or _HEX_SALT.fullmatch(salt) else 8
    return scrypt(16_384, block_size, 1, salt.encode(), bytes.fromhex(key))


def _prepared(stored: str) -> str | None:
    if match := _WORDPRESS.fullmatch(stored):
        return f"prepared:wordpress:{match[1]}"
    if match := _REQUEST_TRACKER.fullmatch(stored):
        return f"prepared:sha512-bytes:$2b${int(match[1]):02}${match[2]}"
    return None


def _blob(stored: str) -> str | None:
    """What is base64 of something that says itself what it is."""
    if not _BASE64.fullmatch(stored):
        return None
    try:
        whole = from_base64(stored)
    except DamagedError:
        return None
    if whole.startswith(b"scrypt\0"):
        found = ScryptKdf.from_header(whole[:WHOLE_BYTES]) if len(whole) == WHOLE_BYTES else None
        if found is None:
            raise DamagedError
        return found.to_string()
    text = whole.decode("latin-1")
    if _BCRYPT.fullmatch(text):  # Home Assistant
        return text
    if whole[:1] == b"\x01":
        return _aspnet(whole)
    if whole[:1] == b"\0" and len(whole) == _ASPNET_V2_BYTES:
        raise UnreadError(
            "ASP.NET Identity's version 2 (PBKDF2 with 1000 rounds): too fast, whoever has a copy of it has the "
            "password; import the user without a hash"
        )
    return None


def _aspnet(whole: bytes) -> str | None:
    """ASP.NET Core Identity's version 3: function, rounds and length of the salt, four bytes each, salt, digest."""
    function, rounds, size = (int.from_bytes(whole[at : at + 4], "big") for at in (1, 5, 9))
    if function not in _ASPNET_FUNCTIONS:
        return None
    salt, digest = whole[_ASPNET_HEADER : _ASPNET_HEADER + size], whole[_ASPNET_HEADER + size :]
    if len(salt) != size or len(digest) != _ASPNET_DIGEST:
        raise DamagedError
    return pbkdf2(_ASPNET_FUNCTIONS[function], rounds, salt, digest)
