"""scrypt (RFC 7914) by OpenSSL, for hash notations that passlib does not know."""

import hashlib

_BLOCK_BYTES = 128  # RFC 7914: scrypt holds N x r blocks of this size
_SLACK_BYTES = 1 << 20


def derive(secret: str | bytes, salt: bytes, *, rounds: int, block_size: int, parallelism: int, size: int) -> bytes:
    """The derived key, `size` bytes. `rounds` is log2 of N. The parameters were looked at before.

    Raises MemoryError where OpenSSL has not enough.
    """
    try:
        return hashlib.scrypt(
            secret.encode() if isinstance(secret, str) else secret,
            salt=salt,
            n=1 << rounds,
            r=block_size,
            p=parallelism,
            maxmem=_BLOCK_BYTES * block_size * ((1 << rounds) + parallelism + 2) + _SLACK_BYTES,
            dklen=size,
        )
    except ValueError as error:
        raise MemoryError from error
