"""Randomness and identifiers, all from the operating system's generator."""

import secrets
import uuid
from datetime import datetime

_TIMESTAMP_BITS = 48
_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62
_RAND_A_MASK = 0xFFF << 64
_RAND_B_MASK = (1 << 62) - 1


def new_id(now: datetime) -> uuid.UUID:
    """A UUID version 7 (RFC 9562 section 5.7): sorts by time of making, guessable by nobody (74 random bits)."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << _TIMESTAMP_BITS) - 1)
    random = int.from_bytes(secrets.token_bytes(10))
    return uuid.UUID(
        int=(milliseconds << 80) | _VERSION_7 | (random & _RAND_A_MASK) | _VARIANT | (random & _RAND_B_MASK)
    )


def first_id(moment: datetime) -> uuid.UUID:
    """The least UUID version 7 of that millisecond: every id made earlier sorts before it, every later one after it."""
    milliseconds = int(moment.timestamp() * 1000) & ((1 << _TIMESTAMP_BITS) - 1)
    return uuid.UUID(int=(milliseconds << 80) | _VERSION_7 | _VARIANT)


def random_bytes(count: int) -> bytes:
    """`count` unpredictable bytes."""
    return secrets.token_bytes(count)


def fraction() -> float:
    """An unpredictable number from 0 up to 1, such as a share of a delay."""
    return secrets.randbelow(1 << 32) / (1 << 32)
