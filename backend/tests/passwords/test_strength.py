"""Strength: an order that makes sense, and no input that stops the process."""

import time

import pytest

from doorstep.passwords.strength import TOO_EASY, strength


@pytest.mark.parametrize(
    "password",
    [
        "",
        "a",
        "aaaaaaaaaaaaaaaaaaaa",
        "password12345678",
        "iloveyouiloveyou",
        "qwertyuiop123456",
        "abcdefghijklmnopqrst",
    ],
)
def test_too_easy(password: str) -> None:
    assert strength(password) <= TOO_EASY


@pytest.mark.parametrize(
    "password",
    ["seven quiet herons at dawn", "xK9#mQ2$vL7@nR4", "привет мир как дела", "日本語のパスワードはとても長い"],
)
def test_very_hard(password: str) -> None:
    assert strength(password) == 4


def test_a_long_password_is_as_strong_as_its_stronger_end() -> None:
    assert strength("a" * 100 + "xK9#mQ2$vL7@nR4") > TOO_EASY
    assert strength("xK9#mQ2$vL7@nR4" + "a" * 100) > TOO_EASY
    assert strength("a" * 256) <= TOO_EASY


@pytest.mark.parametrize(
    "password",
    [
        "4@8({[<369!1|$5+7%20" * 13,  # every way to write every letter: zxcvbn alone takes seconds for 40 of these
        "p1l7o0e3a4t+s5b8x%z2c<g6" * 11,
        "ab" * 128,
        "1" * 256,
        "\ud800" * 256,
        "12.12.1212" * 26,
    ],
)
def test_time_is_bounded_whatever_is_typed(password: str) -> None:
    begun = time.thread_time()
    strength(password)
    # Twenty times what was measured, for crowded machines; the first of these takes seconds without the bounds.
    assert time.thread_time() - begun < 0.4
