import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.users.policy import email_key, normalise_email


@pytest.mark.parametrize(
    "typed",
    [
        "ada@example.org",
        "  ada@example.org ",
        "ada+prints@sub.example.co.uk",
        "o'hara@example.org",
        "jörg@müller.de",
        "用户@例子.公司",
        "a" * 64 + "@example.org",
    ],
)
def test_addresses_that_people_have(typed: str) -> None:
    assert normalise_email(typed) == typed.strip()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@@example.org",
        "ada@exa mple.org",
        "ada\x00@example.org",
        "ada\r\nBcc: eve@example.org@example.org",
        "ada@example.org\nBcc: eve@evil.example",
        "ada@-example.org",
        "ada@example..org",
        ".ada@example.org",
        "ada.@example.org",
        "a..b@example.org",
        "<ada@example.org>",
        "ada@example.org, eve@evil.example",
        "ada\u202e@example.org",
        "a" * 65 + "@example.org",
        "ada@" + "e" * 250 + ".org",
        "ada@[127.0.0.1]",
        "\ud800@example.org",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert normalise_email(typed) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@Example.org", "ada@example.ORG"),
        ("  ada@example.org", "ada@example.org"),
        ("jo\u0308rg@example.org", "j\u00f6rg@example.org"),
        ("STRASSE@example.org", "straße@example.org"),
    ],
)
def test_one_address_has_one_key(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@given(st.text())
def test_no_text_makes_it_crash_and_the_key_is_stable(typed: str) -> None:
    email = normalise_email(typed)
    if email is not None:
        assert normalise_email(email) == email
        assert email_key(email_key(email)) == email_key(email)
