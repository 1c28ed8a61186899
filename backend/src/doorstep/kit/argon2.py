"""Argon2id by libsodium, behind passlib's interface and in passlib's notation.

libsodium chooses the widest vector instructions that the processor has when it starts; the wheels of argon2-cffi are
built for the oldest ones. Both compute the same function (RFC 9106), so a hash of the one is verified by the other.
docs/decisions/0013 has the figures.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hmac import compare_digest
from typing import Final

from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13
from passlib.hash import argon2

_SALT_BYTES: Final = 16  # the only length that libsodium takes
_VERSION: Final = 0x13
_KIB: Final = 1024


class Argon2(argon2):  # type: ignore[misc]  # libpass ships no types
    """passlib's `argon2`, computed by libsodium where that can: Argon2id 1.3, one lane, 16 bytes of salt.

    Everything else (hashes imported from elsewhere) is computed by argon2-cffi, as passlib does. Raises ValueError for
    a malformed hash, and MemoryError when there is no memory for the computation.
    """

    @classmethod
    def hash(cls, secret: bytes) -> str:
        """A new hash with the context's parameters and a fresh salt."""
        made = cls(use_defaults=True)
        if not _is_ours(made):
            with _memory_error_named():
                return str(super().hash(secret))
        made.checksum = _computed(made, secret, made.checksum_size)
        return str(made.to_string())

    @classmethod
    def verify(cls, secret: bytes, hash: str) -> bool:  # noqa: A002 -- passlib's name
        """Whether the hash was made from the secret."""
        stored = cls.from_string(hash)
        if stored.checksum is None or not _is_ours(stored):
            with _memory_error_named():
                return bool(super().verify(secret, hash))
        return compare_digest(_computed(stored, secret, len(stored.checksum)), stored.checksum)


def _is_ours(hashed: Argon2) -> bool:
    return (
        (hashed.type, hashed.version, hashed.parallelism) == ("id", _VERSION, 1)
        and len(hashed.salt) == _SALT_BYTES
        and hashed.data is None
    )


def _computed(parameters: Argon2, secret: bytes, size: int) -> bytes:
    try:
        return crypto_pwhash_alg(
            size,
            secret,
            parameters.salt,
            parameters.rounds,
            parameters.memory_cost * _KIB,
            crypto_pwhash_ALG_ARGON2ID13,
        )
    except RuntimeError as failure:  # libsodium fails for want of memory only, and does not say so
        raise MemoryError from failure


@contextmanager
def _memory_error_named() -> Iterator[None]:
    """Name it: passlib reports argon2-cffi's want of memory as a malformed hash."""
    try:
        yield
    except ValueError as error:
        if "Memory allocation error" in str(error):
            raise MemoryError from None
        raise
