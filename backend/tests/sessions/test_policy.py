from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.sessions.models import Session, Skipped, Step
from doorstep.sessions.policy import (
    Refresh,
    ahead,
    cookie_max_age,
    is_live,
    judge_refresh,
    predecessor,
    read_claims,
    skip,
)
from tests.builders import START

GRACE = timedelta(seconds=30)
SESSION = Session(
    id=UUID(int=1),
    user_id=UUID(int=2),
    secret=b"s" * 32,
    generation=5,
    rotated_at=START,
    remember=False,
    amr=("pwd",),
    authenticated_at=START,
    idle_expires_at=START + timedelta(hours=1),
    expires_at=START + timedelta(hours=24),
    revoked_at=None,
    revoked_reason=None,
    user_active=True,
)


@pytest.mark.parametrize(
    ("generation", "seconds_later", "expected"),
    [
        (5, 0, Refresh.ROTATE),
        (5, 3599, Refresh.ROTATE),
        (5, 3600, Refresh.ENDED),
        (4, 0, Refresh.RESEND),
        (4, 29.9, Refresh.RESEND),
        (4, 30, Refresh.SKIP),
        (4, 3599, Refresh.SKIP),
        (3, 0, Refresh.REPLAY),
        (1, 0, Refresh.REPLAY),
        (6, 0, Refresh.AHEAD),
        (9, 3599, Refresh.AHEAD),
        (6, 3600, Refresh.ENDED),
        (3, 3600, Refresh.ENDED),
    ],
)
@pytest.mark.asvs("v5.0.0-7.3.1")
def test_what_an_arriving_refresh_token_means(generation: int, seconds_later: float, expected: Refresh) -> None:
    assert judge_refresh(SESSION, generation, START + timedelta(seconds=seconds_later), GRACE) is expected


@pytest.mark.parametrize(
    ("generation", "seconds_later", "expected"),
    [
        (5, 0, Refresh.ROTATE),
        (2, 29.9, Refresh.RESEND),
        (2, 30, Refresh.SKIP),
        (3, 0, Refresh.REPLAY),
        (4, 0, Refresh.REPLAY),
        (1, 0, Refresh.REPLAY),
        (6, 0, Refresh.AHEAD),
    ],
)
def test_what_it_means_where_two_were_skipped(generation: int, seconds_later: float, expected: Refresh) -> None:
    session = replace(SESSION, skipped=Skipped(3, 4))
    assert judge_refresh(session, generation, START + timedelta(seconds=seconds_later), GRACE) is expected


def test_what_was_skipped_before_the_current_token_was_presented_is_over() -> None:
    """As where a server of the version before, which knows of no skipping, has exchanged it meanwhile."""
    session = replace(SESSION, skipped=Skipped(2, 3))
    assert predecessor(session) == 4
    assert judge_refresh(session, 4, START, GRACE) is Refresh.RESEND
    assert judge_refresh(session, 3, START, GRACE) is Refresh.REPLAY
    assert judge_refresh(session, 1, START, GRACE) is Refresh.REPLAY


def test_a_skipped_token_and_all_that_were_skipped_before_it_are_passed_over_together() -> None:
    assert skip(SESSION) == Step(6, Skipped(5, 5))
    assert skip(replace(SESSION, skipped=Skipped(3, 4))) == Step(6, Skipped(3, 5))
    assert skip(replace(SESSION, skipped=Skipped(2, 3))) == Step(6, Skipped(5, 5))
    assert predecessor(replace(SESSION, generation=6, skipped=Skipped(3, 5))) == 2


def test_a_token_ahead_is_answered_as_if_it_had_been_the_current_one() -> None:
    for before in (None, Skipped(3, 4)):
        step = ahead(replace(SESSION, skipped=before), 8)
        assert step.generation == 9
        assert predecessor(replace(SESSION, generation=step.generation, skipped=step.skipped)) == 8


@pytest.mark.parametrize(
    "ended",
    [
        replace(SESSION, revoked_at=START),
        replace(SESSION, user_active=False),
        replace(SESSION, idle_expires_at=START),
        replace(SESSION, expires_at=START),
    ],
)
def test_an_ended_session_neither_lives_nor_refreshes(ended: Session) -> None:
    assert not is_live(ended, START)
    assert judge_refresh(ended, ended.generation, START, GRACE) is Refresh.ENDED


def test_the_cookie_lives_as_long_as_the_session_only_when_asked_to() -> None:
    assert cookie_max_age(False, START + timedelta(hours=1), START) is None
    assert cookie_max_age(True, START + timedelta(days=14), START) == 14 * 86_400
    assert cookie_max_age(True, START - timedelta(days=1), START) == 0


GOOD_CLAIMS: dict[str, object] = {
    "iss": "https://door.example",
    "aud": "https://door.example/api",
    "sub": str(UUID(int=2)),
    "sid": str(UUID(int=1)),
    "client_id": "doorstep",
    "jti": "f" * 32,
    "iat": int(START.timestamp()),
    "exp": int(START.timestamp()) + 600,
    "auth_time": int(START.timestamp()),
    "amr": ["pwd"],
}


def read(claims: dict[str, object], now: datetime = START) -> object:
    return read_claims(
        claims,
        issuer="https://door.example",
        audience="https://door.example/api",
        now=now,
        leeway=timedelta(seconds=10),
    )


def test_good_claims_are_read() -> None:
    assert read(GOOD_CLAIMS) is not None


def test_the_client_is_ours_or_left_out_as_by_the_version_before() -> None:
    claims = {name: value for name, value in GOOD_CLAIMS.items() if name != "client_id"}
    assert read(claims) == read(GOOD_CLAIMS) is not None


@pytest.mark.parametrize("missing", sorted(set(GOOD_CLAIMS) - {"client_id"}))
def test_every_claim_is_required(missing: str) -> None:
    assert read({name: value for name, value in GOOD_CLAIMS.items() if name != missing}) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "https://door.example.evil"),
        ("iss", ["https://door.example"]),
        ("aud", "https://other.example/api"),
        ("aud", ["https://door.example/api", "https://other.example"]),
        ("sub", "not a uuid"),
        ("sub", str(UUID(int=2)).upper() + " "),
        ("sub", 2),
        ("sid", None),
        ("jti", 7),
        ("client_id", "another"),
        ("client_id", None),
        ("client_id", ["doorstep"]),
        ("iat", "1773480413"),
        ("iat", True),
        ("iat", int(START.timestamp()) + 11),
        ("iat", -5),
        ("iat", 1 << 80),
        ("exp", float("inf")),
        ("exp", int(START.timestamp())),
        ("exp", 1e300),
        ("auth_time", int(START.timestamp()) + 3600),
        ("amr", "pwd"),
        ("amr", []),
        ("amr", [1]),
        ("nbf", int(START.timestamp())),
    ],
)
@pytest.mark.asvs("v5.0.0-1.4.2", "v5.0.0-9.2.1", "v5.0.0-9.2.3", "v5.0.0-10.3.1")
def test_wrong_claims_are_not_believed(name: str, value: object) -> None:
    assert read({**GOOD_CLAIMS, name: value}) is None


@pytest.mark.asvs("v5.0.0-9.2.1")
def test_a_token_expires_at_its_end_plus_the_leeway() -> None:
    end = START + timedelta(seconds=600)
    assert read(GOOD_CLAIMS, end + timedelta(seconds=9)) is not None
    assert read(GOOD_CLAIMS, end + timedelta(seconds=10)) is None


@given(st.dictionaries(st.sampled_from(sorted(GOOD_CLAIMS)), st.none() | st.booleans() | st.text() | st.integers()))
def test_no_claims_make_it_crash(changes: dict[str, object]) -> None:
    read({**GOOD_CLAIMS, **changes}, datetime(2026, 3, 14, tzinfo=UTC))
