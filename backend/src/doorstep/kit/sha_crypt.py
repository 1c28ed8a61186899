"""SHA-crypt (`$5$` and `$6$` of crypt(3)) behind passlib's interface, by the system's libcrypt where that is.

passlib computes it in Python: most of a second in which no other thread of the process runs. libcrypt computes the same
and lets the interpreter go.
"""

import ctypes
from collections.abc import Callable
from functools import cache
from hmac import compare_digest
from typing import Final

from passlib.hash import sha256_crypt, sha512_crypt

LONGEST_SECRET: Final = 128
"""Bytes. Each round hashes the password again, so the work grows with its length."""

# More than struct crypt_data has in any libcrypt (131,232 bytes in glibc's, 32,768 in libxcrypt).
_ROOM: Final = 1 << 18
# libxcrypt's and glibc's, and libxcrypt's without the old names.
_LIBRARIES: Final = ("libcrypt.so.1", "libcrypt.so.2")
Crypt = Callable[[bytes, bytes], bytes | None]


@cache
def libcrypt() -> Crypt | None:
    """The system's crypt_r, if it has one that computes SHA-crypt."""
    return next((crypt for crypt in map(_loaded, _LIBRARIES) if crypt is not None and _is_right(crypt)), None)


def _loaded(name: str) -> Crypt | None:
    try:
        function = ctypes.CDLL(name).crypt_r  # CDLL, and not PyDLL: it lets go of the interpreter lock
    except (OSError, AttributeError):
        return None
    function.restype = ctypes.c_char_p
    function.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p]

    def crypt(secret: bytes, setting: bytes) -> bytes | None:
        room = ctypes.create_string_buffer(_ROOM)
        made: bytes | None = function(secret, setting, room)
        return made

    return crypt


def _is_right(crypt: Crypt) -> bool:
    """Whether it computes what passlib does, for an answer that both know."""
    for ident, handler in ((b"5", sha256_crypt), (b"6", sha512_crypt)):
        made = crypt(b"password", b"$" + ident + b"$rounds=1000$saltstring$")
        if made != handler.using(rounds=1000, salt="saltstring").hash("password").encode():
            return False
    return True


def _by_libcrypt(secret: bytes, stored: str) -> bool | None:
    """Whether the hash was made from the secret; None when there is no libcrypt, or a NUL where C would end."""
    crypt = libcrypt()
    if crypt is None or b"\0" in secret:
        return None
    made = crypt(secret, stored.encode())
    return made is not None and compare_digest(made, stored.encode())


class Sha256Crypt(sha256_crypt):  # type: ignore[misc]  # libpass ships no types
    """passlib's `sha256_crypt`. Verifies as it does."""

    @classmethod
    def verify(cls, secret: bytes, hash: str) -> bool:  # noqa: A002 -- passlib's name
        """Whether the hash was made from the secret. Raises ValueError for a malformed hash."""
        found = _by_libcrypt(secret, hash)
        return bool(super().verify(secret, hash)) if found is None else found


class Sha512Crypt(sha512_crypt):  # type: ignore[misc]  # libpass ships no types
    """passlib's `sha512_crypt`. Verifies as it does."""

    @classmethod
    def verify(cls, secret: bytes, hash: str) -> bool:  # noqa: A002 -- passlib's name
        """Whether the hash was made from the secret. Raises ValueError for a malformed hash."""
        found = _by_libcrypt(secret, hash)
        return bool(super().verify(secret, hash)) if found is None else found
