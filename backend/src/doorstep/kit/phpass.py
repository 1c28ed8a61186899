"""phpass's portable hashes and Drupal 7's: computed again at a log-in, never kept.

`$P$` (WordPress before 6.8) and `$H$` (phpBB) are MD5, `$S$` (Drupal 7) SHA-512, each some thousand times over. That is
too fast for a table of passwords, so an import keeps Argon2id of the old digest, and a log-in computes both:
docs/decisions/0032.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

NAME: Final = "phpass"
_ALPHABET: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHAPE: Final = re.compile(r"\$([PHS])\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{22,43})")
_KINDS: Final = {"P": ("md5", 22), "H": ("md5", 22), "S": ("sha512", 43)}  # function, and how much of its text is kept
# log2. Python keeps its lock while it computes: 2^16 steps are some 50 ms.
_FEWEST_ROUNDS, _MOST_ROUNDS = 7, 16
LONGEST_TEXT: Final = 1024
"""Bytes. Each step hashes the password again, so the work grows with its length."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a digest depends on beside the password; `rounds` is log2 of how often the function runs."""

    function: str
    kept: int
    rounds: int
    salt: bytes

    @classmethod
    def read(cls, text: str) -> "Setting | None":
        """From the kind, the letter of the rounds and eight letters of salt, as `notation` has them; None otherwise."""
        kind, letter, salt = text[:1], text[1:2], text[2:]
        if kind not in _KINDS or len(salt) != 8 or not letter or letter not in _ALPHABET:  # noqa: PLR2004 -- phpass's salt
            return None
        rounds = _ALPHABET.index(letter)
        return cls(*_KINDS[kind], rounds, salt.encode()) if _FEWEST_ROUNDS <= rounds <= _MOST_ROUNDS else None

    def digest(self, text: bytes) -> bytes:
        """The digest in phpass's base64, as much of it as is kept."""
        found = hashlib.new(self.function, self.salt + text, usedforsecurity=False).digest()
        for _ in range(1 << self.rounds):
            found = hashlib.new(self.function, found + text, usedforsecurity=False).digest()
        return _encoded(found)[: self.kept].encode()


@dataclass(frozen=True, slots=True)
class Portable:
    """A hash of phpass's: its digest, and `notation`, what a `Setting` is read from."""

    notation: str
    digest: bytes


def parsed(stored: str) -> "Portable | None":
    """The parts of a hash that begins with `$P$`, `$H$` or `$S$`; None when it is damaged."""
    match = _SHAPE.fullmatch(stored)
    if match is None or len(match[4]) != _KINDS[match[1]][1]:
        return None
    return Portable(f"{match[1]}{match[2]}{match[3]}", match[4].encode())


def _encoded(data: bytes) -> str:
    """Base64 with the lowest bits first, as crypt's."""
    text = ""
    for begin in range(0, len(data), 3):
        part = data[begin : begin + 3]
        value = int.from_bytes(part, "little")
        text += "".join(_ALPHABET[value >> shift & 63] for shift in range(0, 8 * len(part), 6))
    return text
