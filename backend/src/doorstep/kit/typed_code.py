"""Codes as they are typed: digits of any script, and whatever keyboards and mails put between them. Pure."""

import unicodedata

LONGEST = 64
"""Signs of a typed code; more is not even looked at."""


def letters_and_digits(typed: str) -> str:
    """The letters and digits of what was typed, after NFKC (UAX 15), decimal digits as 0 to 9."""
    kept = (sign for sign in unicodedata.normalize("NFKC", typed) if sign.isalpha() or sign.isdecimal())
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in kept)
