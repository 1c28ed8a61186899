"""Which key signs, which are believed, which is due: by hand-made tables."""

from dataclasses import replace
from datetime import timedelta

import pytest

from doorstep.keys import policy
from doorstep.keys.models import KeyState, SigningKey
from tests.builders import START as NOW

LIFE, NOTICE, TOKEN = timedelta(days=30), timedelta(hours=1), timedelta(minutes=10)
HOUR = timedelta(hours=1)


def key(kid: str, activates: timedelta, retires: timedelta, *, withdrawn: bool = False) -> SigningKey:
    return SigningKey(kid, b"", {}, NOW - LIFE, NOW + activates, NOW + retires, NOW if withdrawn else None)


SIGNING = key("signing", -HOUR, 5 * HOUR)
WAITING = key("waiting", HOUR / 2, LIFE)
SUPERSEDED = key("superseded", -2 * HOUR, HOUR)
RETIRED = key("retired", -LIFE, -TOKEN / 2)
OVER = key("over", -LIFE, -TOKEN)
WITHDRAWN = key("withdrawn", -HOUR / 2, LIFE, withdrawn=True)
ALL = (OVER, RETIRED, SUPERSEDED, SIGNING, WITHDRAWN, WAITING)


def test_of_those_active_the_last_one_signs() -> None:
    assert policy.signer(ALL, NOW) == SIGNING
    assert policy.signer((OVER, RETIRED, WITHDRAWN, WAITING), NOW) is None
    assert policy.signer((SIGNING,), SIGNING.activates_at) == SIGNING
    assert policy.signer((SIGNING,), SIGNING.retires_at) is None


def test_where_the_clock_was_set_back_the_first_of_the_keys_made_since_signs() -> None:
    made_later, later_still = replace(WAITING, created_at=NOW + HOUR / 2), replace(WAITING, created_at=NOW + HOUR)
    assert policy.signer((OVER, made_later), NOW) == made_later
    assert policy.signer((later_still, replace(made_later, activates_at=NOW + HOUR / 4)), NOW) != later_still
    assert policy.signer((made_later, SIGNING), NOW) == SIGNING
    assert policy.signer((replace(made_later, withdrawn_at=NOW),), NOW) is None
    assert policy.heir((made_later,), NOW) is None


def test_believed_until_the_last_token_has_ended() -> None:
    assert policy.verifiers(ALL, NOW, TOKEN) == (RETIRED, SUPERSEDED, SIGNING, WAITING)


@pytest.mark.parametrize(
    ("which", "state"),
    [
        (OVER, KeyState.OVER),
        (RETIRED, KeyState.VERIFIES),
        (SUPERSEDED, KeyState.VERIFIES),
        (SIGNING, KeyState.SIGNS),
        (WITHDRAWN, KeyState.WITHDRAWN),
        (WAITING, KeyState.WAITS),
    ],
)
def test_each_state_is_told(which: SigningKey, state: KeyState) -> None:
    assert policy.state(which, ALL, NOW, TOKEN) is state


def test_the_waiting_key_is_called_on_only_when_none_signs() -> None:
    assert policy.heir(ALL, NOW) is None
    assert policy.heir((WITHDRAWN, RETIRED, WAITING), NOW) == WAITING
    assert policy.heir((WITHDRAWN, RETIRED), NOW) is None


@pytest.mark.parametrize(
    ("keys", "starts"),
    [
        ((), timedelta(0)),
        ((WITHDRAWN, RETIRED), timedelta(0)),
        ((key("ends soon", -HOUR, NOTICE),), NOTICE),
        ((key("ends later", -HOUR, NOTICE + timedelta(seconds=1)),), None),
        ((key("ends soon", -HOUR, NOTICE), WAITING), None),
        ((key("ends soon", -HOUR, NOTICE), key("next", HOUR, LIFE, withdrawn=True)), NOTICE),
    ],
)
def test_the_next_key_is_due_with_notice(keys: tuple[SigningKey, ...], starts: timedelta | None) -> None:
    span = policy.next_span(keys, NOW, LIFE, NOTICE)
    assert span == (None if starts is None else policy.Span(NOW + starts, NOW + starts + LIFE))


@pytest.mark.parametrize(
    ("keys", "at_once", "starts"), [((SIGNING,), False, NOTICE), ((SIGNING,), True, 0 * HOUR), ((), False, 0 * HOUR)]
)
def test_a_key_by_hand_starts_with_notice_or_at_once(
    keys: tuple[SigningKey, ...], at_once: bool, starts: timedelta
) -> None:
    span = policy.span_by_hand(keys, NOW, LIFE, NOTICE, at_once=at_once)
    assert span == policy.Span(NOW + starts, NOW + starts + LIFE)
