"""The proof of work as a caller meets it: asked for by a 428, taken once."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest
from altcha import Challenge, Payload, solve_challenge
from fastapi import FastAPI

from doorstep.kit.clock import utc_now
from doorstep.main import create_app
from doorstep.settings import ProofSettings, ThrottleSettings
from tests.api.conftest import ACCOUNT
from tests.builders import SECRET, HandClock, settings_for

CHALLENGE = "/api/v1/auth/challenge"
LOGIN = "/api/v1/auth/login"
SIGNUP = "/api/v1/auth/signup"
WRONG = {"email": "nobody@example.org", "password": "not the right password"}


@pytest.fixture
def clock() -> HandClock:
    """From the real present on: the library asks the machine's clock as well."""
    return HandClock(utc_now())


@pytest.fixture
async def app(dsn: str, tmp_path: Path, clock: HandClock) -> AsyncIterator[FastAPI]:
    """A product that asks for a proof after two failures."""
    settings = settings_for(
        dsn,
        tmp_path,
        throttle=ThrottleSettings(network_free=2, network_limit=6),
        proof=ProofSettings(cost=10, tries=5),
    )
    made = create_app(settings, dsn, SECRET.encode(), clock)
    async with made.router.lifespan_context(made):
        yield made


async def proof(http: httpx.AsyncClient) -> str:
    answer = await http.get(CHALLENGE)
    assert answer.status_code == 200, answer.text
    challenge = Challenge.from_dict(answer.json())
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


async def codes(http: httpx.AsyncClient, path: str, *bodies: Mapping[str, object]) -> list[str]:
    """What each of the attempts was refused with, in turn."""
    return [(await http.post(path, json=body)).json()["code"] for body in bodies]


async def exhausted(http: httpx.AsyncClient) -> None:
    assert await codes(http, LOGIN, WRONG, WRONG, WRONG) == ["invalid_credentials"] * 2 + ["proof_required"]


async def test_a_challenge_is_the_protocols_and_never_cached(http: httpx.AsyncClient) -> None:
    answer = await http.get(CHALLENGE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json().keys() == {"parameters", "signature"}
    assert answer.json()["parameters"].keys() == {
        "algorithm", "cost", "expiresAt", "keyLength", "keyPrefix", "keySignature", "nonce", "salt"
    }  # fmt: skip
    assert answer.json() != (await http.get(CHALLENGE)).json()


async def test_a_proof_lets_one_attempt_through(http: httpx.AsyncClient) -> None:
    await exhausted(http)
    good = await proof(http)
    assert await codes(http, LOGIN, WRONG | {"proof": good}, WRONG | {"proof": good}, WRONG) == [
        "invalid_credentials",
        "proof_required",
        "proof_required",
    ]
    assert await codes(http, LOGIN, WRONG | {"proof": await proof(http)}) == ["invalid_credentials"]


async def test_a_proof_lets_one_registration_through(http: httpx.AsyncClient) -> None:
    await exhausted(http)
    assert await codes(http, SIGNUP, ACCOUNT) == ["proof_required"]
    good = await proof(http)
    assert (await http.post(SIGNUP, json=ACCOUNT | {"proof": good})).status_code == 201
    assert await codes(http, SIGNUP, ACCOUNT | {"email": "eve@example.org", "proof": good}) == ["proof_required"]


async def test_a_proof_for_one_form_is_not_good_for_the_other_as_well(http: httpx.AsyncClient) -> None:
    await exhausted(http)
    good = await proof(http)
    assert await codes(http, LOGIN, WRONG | {"proof": good}) == ["invalid_credentials"]
    assert await codes(http, SIGNUP, ACCOUNT | {"proof": good}) == ["proof_required"]


async def test_no_other_proof_is_taken(http: httpx.AsyncClient, clock: HandClock) -> None:
    await exhausted(http)
    tree = json.loads(base64.b64decode(await proof(http)))
    tree["challenge"]["parameters"]["cost"] = 1
    changed = base64.b64encode(json.dumps(tree).encode()).decode()
    late = await proof(http)
    assert await codes(http, LOGIN, WRONG | {"proof": changed}, WRONG | {"proof": "nonsense"}) == ["proof_required"] * 2
    clock.advance(minutes=6)
    await codes(http, LOGIN, WRONG, WRONG)
    assert await codes(http, LOGIN, WRONG | {"proof": late}) == ["proof_required"]
    clock.advance(minutes=-6)


async def test_a_proof_that_is_none_costs_nothing_where_none_is_asked(http: httpx.AsyncClient) -> None:
    assert await codes(http, LOGIN, WRONG | {"proof": "nonsense"}) == ["invalid_credentials"]
    assert await codes(http, LOGIN, WRONG | {"proof": None}) == ["invalid_credentials"]


async def test_a_huge_proof_is_refused_unread(http: httpx.AsyncClient) -> None:
    answer = await http.post(LOGIN, json=WRONG | {"proof": "x" * 1025})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/proof"]


async def test_after_the_limit_a_proof_does_not_help(http: httpx.AsyncClient) -> None:
    await exhausted(http)
    for _ in range(4):
        assert await codes(http, LOGIN, WRONG | {"email": "x@example.org", "proof": await proof(http)}) == [
            "invalid_credentials"
        ]
    answer = await http.post(LOGIN, json=WRONG | {"proof": await proof(http)})
    assert answer.json()["code"] == "too_many_attempts"
    assert int(answer.headers["Retry-After"]) == answer.json()["retry_after"] > 0
