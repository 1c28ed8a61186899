"""Codes as they are typed."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.kit.typed_code import letters_and_digits


@pytest.mark.parametrize(
    "typed",
    [
        "542376",
        "542 376",
        "542\u00a0376",
        "542\u202f376",
        "542\u2011376",
        "542\u2013376",
        "542\u2212376",
        "\u200e542376\u200f",
        "542\u200b376\ufeff",
        "\u0665\u0664\u0662\u0663\u0667\u0666",  # Arabic-Indic
        "\u06f5\u06f4\u06f2\u06f3\u06f7\u06f6",  # Persian
        "\u096b\u096a\u0968\u0969\u096d\u096c",  # Devanagari
        "\uff15\uff14\uff12\uff13\uff17\uff16",  # full width
        "\U0001d7f1\U0001d7f0\U0001d7ee\U0001d7ef\U0001d7f3\U0001d7f2",  # mathematical
    ],
)
def test_digits_of_every_script_are_digits(typed: str) -> None:
    assert letters_and_digits(typed) == "542376"


def test_letters_stay_letters() -> None:
    assert letters_and_digits("Ab-\uff23 \u00e9!") == "AbC\u00e9"


@given(st.text(max_size=64))
def test_nothing_else_is_left(typed: str) -> None:
    left = letters_and_digits(typed)
    assert all(sign.isalpha() or sign in "0123456789" for sign in left)


def test_no_decimal_digit_is_lost() -> None:
    digits = [chr(code) for code in range(sys.maxunicode) if unicodedata.category(chr(code)) == "Nd"]
    assert len(digits) > 600
    assert all(letters_and_digits(digit) == str(unicodedata.decimal(digit)) for digit in digits)
