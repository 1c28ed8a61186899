"""Notations of other systems, rewritten into the one that `hash_formats` keeps. The computation stays what it was.

Only what is written differently is rewritten: Keycloak and others keep more of PBKDF2's output than is compared, and
Werkzeug (Flask) writes hexadecimal.
"""

import base64
import binascii
import re
from typing import Final

# PHC: `i=` before the rounds, base64 of the standard alphabet. passlib: neither, and `.` for `+`.
_PBKDF2 = re.compile(r"\$pbkdf2-(sha256|sha512)\$(?:i=)?(\d{1,10})\$([A-Za-z0-9+/.]+)={0,2}\$([A-Za-z0-9+/.]+)={0,2}")
_WERKZEUG_PBKDF2 = re.compile(r"pbkdf2:(sha256|sha512):(\d{1,10})\$([!-#%-~]{1,128})\$([0-9a-f]{64,128})")
_WERKZEUG_SCRYPT = re.compile(r"scrypt:(\d{1,10}):(\d{1,10}):(\d{1,10})\$([!-#%-~]{1,128})\$([0-9a-f]{128})")
_DIGEST_BYTES: Final = {"sha256": 32, "sha512": 64}


def rewritten(stored: str) -> str:
    """The same hash as `hash_formats` reads it; anything that is none of these notations unchanged."""
    if match := _PBKDF2.fullmatch(stored):
        return _pbkdf2(match[1], match[2], _decoded(match[3]), _decoded(match[4])) or stored
    if match := _WERKZEUG_PBKDF2.fullmatch(stored):
        return _pbkdf2(match[1], match[2], match[3].encode(), bytes.fromhex(match[4])) or stored
    if match := _WERKZEUG_SCRYPT.fullmatch(stored):
        work, block_size, lanes, salt, digest = match.groups()
        # Django's notation of the same thing, which `hash_formats` knows.
        return f"scrypt${work}${salt}${block_size}${lanes}${base64.b64encode(bytes.fromhex(digest)).decode()}"
    return stored


def _pbkdf2(digest_name: str, rounds: str, salt: bytes | None, digest: bytes | None) -> str | None:
    size = _DIGEST_BYTES[digest_name]
    if salt is None or digest is None or len(digest) < size:
        return None
    # PBKDF2's output is computed block by block (RFC 8018 section 5.2): the first block does not depend on the others,
    # and one block of the hash function is what passlib compares.
    return f"$pbkdf2-{digest_name}${int(rounds)}${_text(salt)}${_text(digest[:size])}"


def _decoded(text: str) -> bytes | None:
    plain = text.replace(".", "+")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        return None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=").replace("+", ".")
