"""Proof of work: what is taken for one, and what is not."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from altcha import Payload, create_challenge, solve_challenge
from hypothesis import given
from hypothesis import strategies as st

from doorstep.kit.clock import utc_now
from doorstep.kit.secret import derive
from doorstep.proof_of_work.service import LONGEST_PAYLOAD, ProofOfWork
from doorstep.settings import ProofSettings
from tests.builders import HandClock

KEY = bytes(range(32))
LIGHT = ProofSettings(cost=10, tries=20)

Tree = dict[str, Any]


@pytest.fixture
def clock() -> HandClock:
    """From the real present on: the library asks the machine's clock as well."""
    return HandClock(utc_now())


@pytest.fixture
def work(clock: HandClock) -> ProofOfWork:
    return ProofOfWork(clock, LIGHT, KEY)


def solved(work: ProofOfWork) -> str:
    """What an honest browser sends."""
    challenge = work.challenge()
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


def opened(payload: str) -> Tree:
    tree: Tree = json.loads(base64.b64decode(payload))
    return tree


def closed(tree: Mapping[str, Any]) -> str:
    return base64.b64encode(json.dumps(tree).encode()).decode()


def test_a_solved_challenge_is_a_proof(work: ProofOfWork, clock: HandClock) -> None:
    proof = work.check(solved(work))
    assert proof is not None
    assert timedelta(minutes=4, seconds=58) < proof.expires_at - clock.now <= LIGHT.ttl


def test_what_browsers_send_fits_well(clock: HandClock) -> None:
    """At the defaults' cost and with a solver that tells its time to the microsecond."""
    assert len(solved(ProofOfWork(clock, ProofSettings(cost=2000, tries=3), KEY))) < LONGEST_PAYLOAD * 0.75


def test_one_challenge_gives_one_id_however_it_is_wrapped(work: ProofOfWork) -> None:
    payload = solved(work)
    tree = opened(payload)
    variants = [
        payload,
        closed(tree | {"more": 1}),
        closed({"solution": tree["solution"], "challenge": tree["challenge"]}),
        closed(tree | {"solution": tree["solution"] | {"derivedKey": tree["solution"]["derivedKey"].upper()}}),
        closed(tree | {"solution": tree["solution"] | {"counter": 0}}),
        closed(tree | {"challenge": tree["challenge"] | {"parameters": tree["challenge"]["parameters"] | {"x": 1}}}),
        base64.b64encode(json.dumps(tree, indent=1).encode()).decode(),
    ]
    proofs = [work.check(variant) for variant in variants]
    assert None not in proofs  # the counter too is only a hint: an answer is known again without doing the work
    assert len({proof.id for proof in proofs if proof is not None}) == 1
    other = work.check(solved(work))
    first = work.check(payload)
    assert first is not None
    assert other is not None
    assert first.id != other.id


def test_the_work_is_bounded_on_both_sides(work: ProofOfWork) -> None:
    counters = [opened(solved(work))["solution"]["counter"] for _ in range(40)]
    assert min(counters) >= LIGHT.tries
    assert max(counters) < 2 * LIGHT.tries


def test_an_expired_challenge_proves_nothing(work: ProofOfWork, clock: HandClock) -> None:
    payload = solved(work)
    clock.now += LIGHT.ttl - timedelta(seconds=1)
    assert work.check(payload) is not None
    clock.now += timedelta(seconds=1)
    assert work.check(payload) is None


def test_another_servers_challenge_proves_nothing(work: ProofOfWork, clock: HandClock) -> None:
    stranger = ProofOfWork(clock, LIGHT, bytes(32))
    payload = solved(stranger)
    assert stranger.check(payload) is not None
    assert work.check(payload) is None


@pytest.mark.asvs("v5.0.0-2.3.1")
def test_a_challenge_of_ones_own_proves_nothing(work: ProofOfWork, clock: HandClock) -> None:
    for secret in (None, b"guessed", KEY):
        easy = create_challenge(
            "PBKDF2/SHA-256", 1, key_prefix="0", expires_at=clock.now + LIGHT.ttl, hmac_secret=secret
        )
        solution = solve_challenge(easy)
        assert solution is not None
        assert work.check(Payload(easy, solution).to_base64()) is None


def test_a_challenge_that_has_no_end_proves_nothing(work: ProofOfWork) -> None:
    """Even signed by us: it could not be forgotten, and so not be good once."""
    endless = create_challenge(
        "PBKDF2/SHA-256", 1, counter=1, hmac_secret=derive(KEY, "challenge"), hmac_key_secret=derive(KEY, "answer")
    )
    solution = solve_challenge(endless)
    assert solution is not None
    assert work.check(Payload(endless, solution).to_base64()) is None


Change = Callable[[Tree], object]


def in_parameters(**changes: object) -> Change:
    return lambda tree: tree["challenge"]["parameters"].update(changes)


CHANGES: dict[str, Change] = {
    "easier": in_parameters(cost=1),
    "shorter prefix": in_parameters(keyPrefix="00"),
    "no prefix": in_parameters(keyPrefix=""),
    "another algorithm": in_parameters(algorithm="SHA-256"),
    "longer life": in_parameters(expiresAt=9_999_999_999),
    "no end": in_parameters(expiresAt=None),
    "another nonce": in_parameters(nonce="00" * 16),
    "another salt": in_parameters(salt="00" * 16),
    "another answer's signature": in_parameters(keySignature="00" * 32),
    "the answer's signature left out": lambda tree: tree["challenge"]["parameters"].pop("keySignature"),
    "data added": in_parameters(data={"a": 1}),
    "forged signature": lambda tree: tree["challenge"].update(signature="00" * 32),
    "no signature": lambda tree: tree["challenge"].pop("signature"),
    "null signature": lambda tree: tree["challenge"].update(signature=None),
    "signature of another type": lambda tree: tree["challenge"].update(signature=[1]),
    "wrong key": lambda tree: tree["solution"].update(derivedKey="00" * 32),
    "only the prefix": lambda tree: tree["solution"].update(derivedKey=tree["challenge"]["parameters"]["keyPrefix"]),
    "no key": lambda tree: tree["solution"].pop("derivedKey"),
    "key of another type": lambda tree: tree["solution"].update(derivedKey={"a": 1}),
    "no solution": lambda tree: tree.pop("solution"),
    "no challenge": lambda tree: tree.pop("challenge"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_was_tampered_with_proves_nothing(work: ProofOfWork, change: Change) -> None:
    tree = opened(solved(work))
    assert work.check(closed(tree)) is not None
    change(tree)
    assert work.check(closed(tree)) is None


def test_a_signature_of_another_challenge_proves_nothing(work: ProofOfWork) -> None:
    one, other = opened(solved(work)), opened(solved(work))
    one["challenge"]["signature"] = other["challenge"]["signature"]
    assert work.check(closed(one)) is None


def test_a_huge_payload_is_not_even_read(work: ProofOfWork) -> None:
    """Padded with what the reader would skip: only the length can refuse it."""
    tree = opened(solved(work))
    longest = closed(tree | {"pad": "x" * 10_000_000})
    assert work.check(longest) is None
    assert work.check("[" * LONGEST_PAYLOAD) is None
    assert work.check(base64.b64encode(b"[" * 700).decode()) is None


def test_nothing_is_no_proof(work: ProofOfWork) -> None:
    assert work.check(None) is None
    assert work.check("") is None


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode()))
def test_no_text_is_a_proof_or_a_crash(text: str) -> None:
    assert ProofOfWork(utc_now, LIGHT, KEY).check(text) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = ("algorithm", "nonce", "salt", "cost", "keyPrefix", "keyLength", "keySignature", "expiresAt", "data")
PAYLOADS = st.fixed_dictionaries(
    {
        "challenge": JSON
        | st.fixed_dictionaries(
            {"parameters": JSON | st.fixed_dictionaries(dict.fromkeys(NAMES, JSON)), "signature": JSON}
        ),
        "solution": JSON | st.fixed_dictionaries({"counter": JSON, "derivedKey": JSON}),
    }
)


@given(PAYLOADS | JSON)
def test_no_tree_is_a_proof_or_a_crash(tree: object) -> None:
    payload = base64.b64encode(json.dumps(tree).encode()).decode()
    assert ProofOfWork(utc_now, LIGHT, KEY).check(payload) is None
