"""Which passwords are refused, and with what words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.passwords.models import Limits
from doorstep.passwords.policy import is_derived, own_part, refusals
from tests.builders import GOOD_PASSWORD

LIMITS = Limits(15, 256)
EMAIL = "Alice.Smith+prints@mail.example.co.uk"
NAME = "Doorstep Press"


def codes(password: str, *, leaked: bool = False, derived: bool = False, guessable: bool = False) -> list[str]:
    found = refusals(password, LIMITS, leaked=leaked, derived=derived, guessable=guessable)
    assert all(refusal.message.endswith(".") for refusal in found)
    return [refusal.code for refusal in found]


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("", ["too_short"]),
        ("x" * 14, ["too_short"]),
        ("x" * 15, []),
        ("x" * 256, []),
        ("x" * 257, ["too_long"]),
        ("\U0001f511" * 14, ["too_short"]),
        ("\U0001f511" * 15, []),
        ("\U0001f511" * 256, []),
        ("  spaces count  too  ", []),
        ("lower case only is fine", []),
        ("привет мир как дела", []),
        ("a nul \0 in the middle", ["unusable_characters"]),
        ("a line\nbreak in the middle", ["unusable_characters"]),
        ("\ud800" * 20, ["unusable_characters"]),
    ],
)
@pytest.mark.asvs("v5.0.0-6.2.1")
@pytest.mark.asvs("v5.0.0-6.2.5")
@pytest.mark.asvs("v5.0.0-6.2.9")
def test_length_decides_and_composition_does_not(password: str, expected: list[str]) -> None:
    assert codes(password) == expected


def test_while_the_length_is_wrong_nothing_else_is_said() -> None:
    assert codes("x" * 14, leaked=True, derived=True, guessable=True) == ["too_short"]
    assert codes("x" * 257, leaked=True, derived=True, guessable=True) == ["too_long"]


def test_all_reasons_are_said_and_guessable_only_when_nothing_better_is_known() -> None:
    assert codes(GOOD_PASSWORD, leaked=True, derived=True, guessable=True) == ["leaked", "derived"]
    assert codes(GOOD_PASSWORD, guessable=True) == ["guessable"]


def test_the_messages_name_the_limits_of_the_settings() -> None:
    limits = Limits(20, 64)
    short = refusals("x" * 19, limits, leaked=False, derived=False, guessable=False)
    long = refusals("x" * 65, limits, leaked=False, derived=False, guessable=False)
    assert "20" in short[0].message
    assert "64" in long[0].message


@pytest.mark.parametrize(
    "password",
    [
        "alice.smith+prints@mail.example.co.uk",
        "ALICE.SMITH+PRINTS@MAIL.EXAMPLE.CO.UK",
        "alicesmithalicesmith",
        "Alice Smith Alice Smith",
        "smithalice19871987"[:17],
        "4l1c3.5m1th.2024",
        "al!ce$mith1234567",
        "mail.example.co.uk",
        "example-example-1",
        "Doorstep Press 1!",
        "doorsteppressdoorsteppress",
        "D00r5t3pD00r5t3p!",
        "pressdoorstepalice",
        "!!!alice!!!alice!!!",
    ],
)
@pytest.mark.asvs("v5.0.0-6.2.11")
def test_derived_from_the_address_or_the_name(password: str) -> None:
    assert is_derived(password, own_part(password, EMAIL, NAME), LIMITS)


@pytest.mark.parametrize(
    "password",
    [
        GOOD_PASSWORD,
        "alice walks seven dogs",
        "impress the press corps",
        "xK9#mQ2$vL7@nR4",
        "cousin Uk bought cocoa",
    ],
)
def test_a_word_of_it_among_others_is_allowed(password: str) -> None:
    assert not is_derived(password, own_part(password, EMAIL, NAME), LIMITS)


@pytest.mark.parametrize(
    ("password", "left"),
    [
        ("doorstep12345678", "12345678"),
        ("d00rst3p12345678", "12345678"),
        ("12Alice34SMITH56", "123456"),
        ("Untouched Password", "Untouched Password"),
        ("STRASSE straße", "STRASSE straße"),
    ],
)
def test_what_is_left_is_what_was_typed_without_the_words(password: str, left: str) -> None:
    assert own_part(password, EMAIL, NAME) == left


def test_without_an_address_only_the_name_counts() -> None:
    assert own_part("alice smith in the sun", "", NAME) == "alice smith in the sun"
    assert own_part("doorstep in the sun", "", NAME) == " in the sun"


@pytest.mark.parametrize("email", ["@", "a@b.co", "@@@", "ab", ".", "a@.", "+++@---.---"])
def test_an_address_with_nothing_in_it_refuses_nothing(email: str) -> None:
    assert own_part("abcdefgh ijklmnop", email, "") == "abcdefgh ijklmnop"


@given(st.text(max_size=80), st.text(max_size=60), st.text(max_size=30))
def test_any_text_gets_an_answer_and_what_is_left_is_never_more(password: str, email: str, name: str) -> None:
    left = own_part(password, email, name)
    assert left == password or len(left) < len(password.casefold())
    derived = is_derived(password, left, LIMITS)
    found = refusals(password, LIMITS, leaked=False, derived=derived, guessable=False)
    assert len(found) == len({refusal.code for refusal in found})


@given(st.text(min_size=3, max_size=20, alphabet=st.characters(categories=["Ll", "Nd"], max_codepoint=127)))
def test_an_address_written_twice_is_always_derived(local_part: str) -> None:
    password = f"{local_part}.{local_part.upper()}".ljust(15, "!")
    assert is_derived(password, own_part(password, f"{local_part}@example.org", NAME), LIMITS)
