"""What the readers of other systems' notations share: bytes in text, the notation that is kept, and how they refuse."""

import binascii
from typing import Final

from doorstep.kit.pbkdf2_hash import BLOCKS, LEAST_DIGEST, LONGEST_SALT, Pbkdf2

_SCRYPT_DIGEST: Final = 32
_FEWEST_ROUNDS: Final = 5000
_LARGEST_LOG: Final = 63
_BCRYPT_ALPHABET: Final = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BCRYPT: Final = str.maketrans(_ALPHABET, _BCRYPT_ALPHABET)


class DamagedError(Exception):
    """The hash is of a notation that is read, and part of it is missing or misspelt."""


class UnreadError(Exception):
    """The hash is of a format that is known and not read. `seen` completes the sentence «The password hash is …»."""

    def __init__(self, seen: str) -> None:
        super().__init__(seen)
        self.seen = seen


def from_base64(text: str) -> bytes:
    """The bytes of base64 in any of its alphabets, padded or not. Raises DamagedError."""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/").replace(".", "+")
    try:
        return binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)
    except ValueError:
        raise DamagedError from None


def from_hex(text: str) -> bytes:
    """The bytes of hexadecimal. Raises DamagedError."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise DamagedError from None


def from_either(text: str) -> bytes:
    """The bytes of hexadecimal where it is that, else of base64. Raises DamagedError."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return from_base64(text)


def to_base64(data: bytes) -> str:
    """Standard base64 without padding."""
    return binascii.b2a_base64(data, newline=False).decode().rstrip("=")


def pbkdf2(function: str, rounds: int, salt: bytes, digest: bytes, *, floor: bool = True) -> str:
    """The kept notation; `floor` refuses as few rounds as make a fast hash. Raises DamagedError, UnreadError.

    PBKDF2's output is computed block by block (RFC 8018 section 5.2): the first block does not depend on the others,
    and no more than one is compared.
    """
    if function not in BLOCKS or len(digest) < LEAST_DIGEST or len(salt) > LONGEST_SALT or rounds < 1:
        raise DamagedError
    if floor and rounds < _FEWEST_ROUNDS:
        raise UnreadError(
            f"PBKDF2 with fewer than {_FEWEST_ROUNDS} rounds: too fast, whoever has a copy of it has most of the "
            "passwords; import the user without a hash"
        )
    size = BLOCKS[function]
    if function in {"sha256", "sha512"} and len(digest) >= size:
        return f"$pbkdf2-{function}${rounds}${_passlib64(salt)}${_passlib64(digest[:size])}"
    return Pbkdf2(function=function, rounds=rounds, salt=salt, checksum=digest[:size]).to_string()


def scrypt(work: int, block_size: int, lanes: int, salt: bytes, digest: bytes) -> str:
    """The kept notation; `work` is N. Raises DamagedError.

    scrypt's output is PBKDF2 (RFC 7914 section 6): its first 32 bytes, which are compared, do not depend on the others.
    """
    rounds = work.bit_length() - 1
    if work <= 1 or work != 1 << rounds or rounds > _LARGEST_LOG or len(digest) < _SCRYPT_DIGEST:
        raise DamagedError
    costs = f"ln={rounds},r={block_size},p={lanes}"
    return f"$scrypt${costs}${to_base64(salt)}${to_base64(digest[:_SCRYPT_DIGEST])}"


def bcrypt(cost: int, salt: bytes, digest: bytes) -> str:
    """The usual notation, from bytes. Raises DamagedError."""
    if (len(salt), len(digest)) != (16, 23):
        raise DamagedError
    return f"$2b${cost:02}${(to_base64(salt) + to_base64(digest)).translate(_TO_BCRYPT)}"


def _passlib64(data: bytes) -> str:
    return to_base64(data).replace("+", ".")
