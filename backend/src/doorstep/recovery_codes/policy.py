"""How recovery codes look, and how typed ones are read. Pure."""

from collections.abc import Iterable
from datetime import timedelta

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32: no letter that looks like a digit."""

COUNT = 10
LENGTH = 24
PENDING_LIFE = timedelta(days=1)
"""How long new codes can be kept: for as long as it may take to find a printer."""
_GROUP = 4
_ALIKE = str.maketrans("oil", "011", " -\t")


def text_of(values: Iterable[int]) -> str:
    """The code that numbers of 0..31 spell, in groups."""
    letters = "".join(ALPHABET[value] for value in values)
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def read(typed: str) -> str | None:
    """What was typed, without groups and case; None for what cannot be a code."""
    letters = typed.lower().translate(_ALIKE)
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return None
    return letters
