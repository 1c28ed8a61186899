"""What sign-up and the page are told about a password."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from doorstep.kit.hash_slots import Busy
from doorstep.passwords.failures import PasswordRefused
from doorstep.passwords.service import Passwords
from doorstep.settings import PasswordSettings
from tests.builders import GOOD_PASSWORD

EMAIL = "alice.smith@example.org"


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    made = Passwords(PasswordSettings(), "Doorstep Press")
    yield made
    made.close()


async def test_a_good_password_is_accepted(passwords: Passwords) -> None:
    judged = await passwords.assess(GOOD_PASSWORD, EMAIL)
    assert (judged.accepted, judged.reasons, judged.strength) == (True, (), 4)
    await passwords.require_acceptable(GOOD_PASSWORD, EMAIL)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("seven quiet", "too_short"),
        ("x" * 257, "too_long"),
        ("x" * 60_000, "too_long"),
        ("seven quiet herons\0", "unusable_characters"),
        ("\ud800" * 20, "unusable_characters"),
        ("passwordpassword", "leaked"),
        ("PASSWORDpassword", "leaked"),
        ("Alice.Smith.1987!", "derived"),
        ("doorsteppress1234", "derived"),
        ("iloveyouiloveyou", "guessable"),
        ("doorstep12345678", "guessable"),
        ("Password12345678", "guessable"),
    ],
)
async def test_a_refused_password_is_refused_alike_while_typing_and_at_sign_up(
    passwords: Passwords, password: str, code: str
) -> None:
    judged = await passwords.assess(password, EMAIL)
    assert not judged.accepted
    assert [reason.code for reason in judged.reasons] == [code]
    assert judged.strength <= 1
    with pytest.raises(PasswordRefused) as caught:
        await passwords.require_acceptable(password, EMAIL)
    assert (caught.value.status, caught.value.code) == (422, "password_refused")
    assert [(error.pointer, error.message) for error in caught.value.errors] == [
        ("/password", judged.reasons[0].message)
    ]


async def test_the_pointer_is_the_callers(passwords: Passwords) -> None:
    with pytest.raises(PasswordRefused) as caught:
        await passwords.require_acceptable("short", EMAIL, pointer="/new_password")
    assert caught.value.errors[0].pointer == "/new_password"


async def test_no_refusal_repeats_the_password(passwords: Passwords) -> None:
    with pytest.raises(PasswordRefused) as caught:
        await passwords.require_acceptable("alice.smith.1987!", EMAIL)
    assert "1987" not in str(caught.value) + "".join(error.message for error in caught.value.errors)


async def test_length_is_counted_after_nfc(passwords: Passwords) -> None:
    decomposed = "a\u0308u\u0308o\u0308 zwerge baun"  # 18 code points as typed, 15 as kept
    assert (await passwords.assess(decomposed)).accepted
    assert [reason.code for reason in (await passwords.assess(decomposed[:-1])).reasons] == ["too_short"]
    assert (await passwords.assess("e\u0301 " * 80 + "seven quiet herons at dawn")).accepted


async def test_the_settings_decide_the_length() -> None:
    eight = Passwords(PasswordSettings(min_length=8, max_length=64), "Doorstep Press")
    assert (await eight.assess("xK9#mQ2$")).accepted
    assert not (await eight.assess("xK9#mQ2")).accepted
    assert not (await eight.assess("seven quiet herons " * 4)).accepted
    assert [reason.code for reason in (await eight.assess("Password1")).reasons] == ["leaked"]
    eight.close()


async def test_a_flood_of_hints_is_refused_and_stops_no_sign_up(passwords: Passwords) -> None:
    flood = [asyncio.create_task(passwords.assess(GOOD_PASSWORD + str(number))) for number in range(100)]
    await asyncio.sleep(0)
    await passwords.require_acceptable(GOOD_PASSWORD, EMAIL)
    answers = await asyncio.gather(*flood, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Busy)]
    assert len(refused) == 100 - 17
    assert all(busy.retry_after for busy in refused)
