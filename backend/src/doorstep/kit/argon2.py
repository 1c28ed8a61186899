"""Argon2 by the fastest engine that this machine has, behind passlib's interface and in passlib's notation.

libargon2 compiled for AVX2 (`kit/argon2_native.py`) where it is, else libsodium, which chooses among vector
instructions when it starts; what that cannot compute is left to argon2-cffi, whose wheels are built for the oldest
processors. All compute the same function (RFC 9106), so a hash of the one is verified by the other.
docs/decisions/0021 has the figures.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hmac import compare_digest
from typing import Final

from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13
from passlib.hash import argon2

from doorstep.kit.argon2_native import Cost, Libargon2, load

_SALT_BYTES: Final = 16  # the only length that libsodium takes
_VERSION: Final = 0x13
_KIB: Final = 1024
_LIBARGON2: Final = load()


def engine() -> str:
    """What computes the hashes that are made here, for the operator."""
    return "libargon2 with AVX2" if isinstance(_LIBARGON2, Libargon2) else f"libsodium ({_LIBARGON2})"


class Argon2(argon2):  # type: ignore[misc]  # libpass ships no types
    """passlib's `argon2`, computed by `libargon2` (every kind, version and number of lanes, in the calling thread).

    Where that is no library, by libsodium if it can (Argon2id 1.3, one lane, 16 bytes of salt: every hash of ours), and
    the rest by argon2-cffi, as passlib does. Raises ValueError for a malformed hash, and MemoryError when there is no
    memory for the computation.
    """

    libargon2: Libargon2 | str = _LIBARGON2

    @classmethod
    def hash(cls, secret: bytes) -> str:
        """A new hash with the context's parameters and a fresh salt."""
        made = cls(use_defaults=True)
        digest = cls._digest(made, secret, made.checksum_size)
        if digest is None:
            with _memory_error_named():
                return str(super().hash(secret))
        made.checksum = digest
        return str(made.to_string())

    @classmethod
    def verify(cls, secret: bytes, hash: str) -> bool:  # noqa: A002 -- passlib's name
        """Whether the hash was made from the secret."""
        stored = cls.from_string(hash)
        if stored.checksum is not None:
            digest = cls._digest(stored, secret, len(stored.checksum))
            if digest is not None:
                return compare_digest(digest, stored.checksum)
        with _memory_error_named():
            return bool(super().verify(secret, hash))

    @classmethod
    def _digest(cls, parameters: "Argon2", secret: bytes, size: int) -> bytes | None:
        """What the hash should hold, or None when argon2-cffi has to compute it."""
        if parameters.data is not None:
            return None
        if isinstance(cls.libargon2, Libargon2):
            cost = Cost(parameters.memory_cost, parameters.rounds, parameters.parallelism)
            return cls.libargon2.digest(
                parameters.type.lower(), parameters.version, cost, parameters.salt, secret, size
            )
        return _by_libsodium(parameters, secret, size) if _is_libsodiums(parameters) else None


def _is_libsodiums(hashed: Argon2) -> bool:
    return (hashed.type, hashed.version, hashed.parallelism) == ("id", _VERSION, 1) and len(hashed.salt) == _SALT_BYTES


def _by_libsodium(parameters: Argon2, secret: bytes, size: int) -> bytes:
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
