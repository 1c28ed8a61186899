"""Challenges: ours, for one purpose, for whom they were made, and for five minutes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.passkeys.challenges import LIFE, Challenges
from doorstep.passkeys.models import Purpose
from tests.builders import START

OURS = Challenges(b"k" * 32)


def test_one_of_ours_is_known_again() -> None:
    read = OURS.read(OURS.make(Purpose.REGISTER, "ada/1", START), Purpose.REGISTER, "ada/1")
    assert read is not None
    assert read.expires_at == START + LIFE == START + timedelta(minutes=5)


def test_no_two_are_alike() -> None:
    made = [OURS.make(Purpose.LOG_IN, "", START) for _ in range(100)]
    assert len({challenge[:16] for challenge in made}) == 100


@pytest.mark.asvs("v5.0.0-6.7.2")
@pytest.mark.parametrize("purpose", Purpose)
def test_it_is_for_one_purpose_and_for_one_session(purpose: Purpose) -> None:
    challenge = OURS.make(purpose, "ada/1", START)
    for other in Purpose:
        for bound_to in ("ada/1", "ada/2", "eve/1", ""):
            known = OURS.read(challenge, other, bound_to) is not None
            assert known is (other is purpose and bound_to == "ada/1")


def test_one_of_another_server_is_none_of_ours() -> None:
    challenge = Challenges(b"x" * 32).make(Purpose.LOG_IN, "", START)
    assert OURS.read(challenge, Purpose.LOG_IN, "") is None


def test_no_bit_of_it_can_be_changed() -> None:
    """Least of all the end: a challenge that never expires could be signed beforehand, and used later."""
    challenge = OURS.make(Purpose.LOG_IN, "", START)
    for bit in range(len(challenge) * 8):
        bent = (int.from_bytes(challenge) ^ 1 << bit).to_bytes(len(challenge))
        assert OURS.read(bent, Purpose.LOG_IN, "") is None


@given(st.binary(max_size=200))
def test_anything_else_is_none(raw: bytes) -> None:
    assert OURS.read(raw, Purpose.LOG_IN, "") is None
