"""RFC 6238: its own vectors, and which steps count."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.kit.typed_code import letters_and_digits
from doorstep.totp import codes, policy
from tests.builders import START

VECTORS = json.loads(Path(__file__).with_name("rfc6238-appendix-b.json").read_text(encoding="utf-8"))
SHA1 = [(moment, code) for moment, algorithm, code in VECTORS["vectors"] if algorithm == "SHA1"]
SEED = VECTORS["seeds_ascii"]["SHA1"].encode()


@pytest.mark.parametrize(("moment", "code"), SHA1)
def test_the_vectors_of_the_rfc(moment: int, code: str) -> None:
    step = policy.step_at(datetime.fromtimestamp(moment, UTC))
    assert codes.code_of(SEED, step, digits=8) == code
    assert codes.code_of(SEED, step) == code[-6:]


def test_there_are_vectors() -> None:
    assert len(SHA1) == 6


@pytest.mark.asvs("v5.0.0-6.5.5")
@pytest.mark.parametrize(("off", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(off: int, accepted: bool) -> None:
    step = policy.step_at(START) + off
    found = codes.matching(SEED, codes.code_of(SEED, step), policy.acceptable_steps(START))
    assert (found == [step]) is accepted


@given(st.text(max_size=8))
def test_anything_typed_is_compared_and_nothing_crashes(typed: str) -> None:
    right = {codes.code_of(SEED, step) for step in policy.acceptable_steps(START)}
    assert bool(codes.matching(SEED, typed, policy.acceptable_steps(START))) is (letters_and_digits(typed) in right)


@pytest.mark.asvs("v5.0.0-6.5.8")
def test_the_step_is_that_of_the_moment_in_utc() -> None:
    assert policy.step_at(datetime(1970, 1, 1, 0, 0, 59, 999_999, tzinfo=UTC)) == 1
    assert policy.step_at(datetime(1970, 1, 1, 0, 1, tzinfo=UTC)) == 2


def test_setting_up_ends_after_a_quarter_of_an_hour() -> None:
    assert policy.is_open(START, START + timedelta(minutes=15) - timedelta(microseconds=1))
    assert not policy.is_open(START, START + timedelta(minutes=15))


def test_an_app_finds_everything_in_the_address() -> None:
    address = urlsplit(codes.address(SEED, "ada+art@example.org", "Doorstep Press"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/Doorstep Press:ada+art@example.org"
    told = parse_qs(address.query)
    assert told["secret"] == ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
    assert told["issuer"] == ["Doorstep Press"]
    # What is not told is the default of every app: SHA1, six digits, thirty seconds.
    assert told.get("algorithm", ["SHA1"]) == ["SHA1"]
    assert told.get("digits", ["6"]) == ["6"]
    assert told.get("period", ["30"]) == ["30"]
