"""Two-step log-in by HTTP: the answers, the cookies, and what is never told."""

from datetime import timedelta

import httpx
import pytest
from pyotp import TOTP

from tests.api.conftest import ACCOUNT, Browser, bearer
from tests.builders import HandClock

ME = "/api/v1/users/me/factors"
LOGIN = "/api/v1/auth/login"


def code(clock: HandClock, secret: str, steps: int = 0) -> str:
    return TOTP(secret).at(clock.now + timedelta(seconds=30 * steps))


async def enrol(http: httpx.AsyncClient, clock: HandClock, token: str) -> tuple[str, list[str]]:
    begun = await http.post(f"{ME}/totp", json={}, headers=bearer(token))
    assert begun.status_code == 201, begun.text
    assert begun.headers["cache-control"] == "no-store"
    secret = begun.json()["secret"]
    assert begun.json()["otpauth_uri"].startswith("otpauth://totp/")
    done = await http.post(f"{ME}/totp/confirm", json={"code": code(clock, secret)}, headers=bearer(token))
    assert done.status_code == 200, done.text
    return secret, done.json()["recovery_codes"]


async def test_the_whole_way_by_http(browser: Browser, clock: HandClock, ada: dict[str, str]) -> None:
    http = browser()
    secret, recovery_codes = await enrol(http, clock, ada["access_token"])
    other = browser()
    challenged = await other.post(LOGIN, json=ACCOUNT)
    assert challenged.status_code == 401
    problem = challenged.json()
    assert problem["code"] == "second_factor_required"
    assert problem["factors"] == ["totp", "recovery_code"]
    assert problem["expires_in"] == 300
    assert challenged.headers["cache-control"] == "no-store"
    assert "set-cookie" not in challenged.headers
    wrong = await other.post(f"{LOGIN}/totp", json={"ticket": problem["ticket"], "code": code(clock, secret, 9)})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_factor_code")
    assert "set-cookie" not in wrong.headers
    done = await other.post(f"{LOGIN}/totp", json={"ticket": problem["ticket"], "code": code(clock, secret, 1)})
    assert done.status_code == 200, done.text
    assert len(done.headers.get_list("set-cookie")) == 2
    told = await other.get(ME, headers=bearer(done.json()["access_token"]))
    assert told.json()["recovery_codes_left"] == 10
    again = await other.post(f"{LOGIN}/totp", json={"ticket": problem["ticket"], "code": code(clock, secret, 1)})
    assert (again.status_code, again.json()["code"]) == (401, "ticket_ended")
    third = browser()
    ticket = (await third.post(LOGIN, json=ACCOUNT)).json()["ticket"]
    done = await third.post(f"{LOGIN}/recovery-code", json={"ticket": ticket, "code": recovery_codes[0]})
    assert done.status_code == 200, done.text


@pytest.mark.parametrize(
    "body",
    [
        {"ticket": "x" * 65, "code": "123456"},
        {"ticket": "x", "code": "12345"},
        {"ticket": "x", "code": "\uff11\uff12\uff13\uff14\uff15"},
        {"ticket": "x", "code": "123456", "trust_browser": "yes"},
        {"ticket": "x", "code": "123456", "user_id": "1"},
        {"code": "123456"},
    ],
)
async def test_what_is_no_second_step_is_refused_before_anything_is_looked_up(
    http: httpx.AsyncClient, body: dict[str, object]
) -> None:
    answer = await http.post(f"{LOGIN}/totp", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


async def test_a_recovery_code_is_bounded(http: httpx.AsyncClient) -> None:
    answer = await http.post(f"{LOGIN}/recovery-code", json={"ticket": "x", "code": "0" * 65})
    assert answer.status_code == 422


async def test_other_answers_carry_no_ticket(http: httpx.AsyncClient) -> None:
    answer = await http.post(LOGIN, json={**ACCOUNT, "password": "not the password of ada"})
    assert answer.status_code == 401
    assert not {"ticket", "expires_in", "factors"} & set(answer.json())


async def test_new_codes_are_made_and_kept_by_http(browser: Browser, clock: HandClock, ada: dict[str, str]) -> None:
    http = browser()
    await enrol(http, clock, ada["access_token"])
    # The session that turned it on has shown both factors.
    headers = bearer(ada["access_token"])
    made = await http.post(f"{ME}/recovery-codes", json={}, headers=headers)
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    assert set(made.json()) == {"recovery_codes", "set_id"}
    keep, set_id = f"{ME}/recovery-codes/keep", made.json()["set_id"]
    for wrong in ({}, {"set_id": "x"}, {"set_id": set_id.upper()}, {"set_id": set_id, "more": 1}):
        assert (await http.post(keep, json=wrong, headers=headers)).status_code == 422
    unknown = await http.post(keep, json={"set_id": "00000000-0000-7000-8000-000000000000"}, headers=headers)
    assert (unknown.status_code, unknown.json()["code"]) == (409, "codes_not_pending")
    assert (await http.post(keep, json={"set_id": set_id})).status_code == 401
    for _ in range(2):
        assert (await http.post(keep, json={"set_id": set_id}, headers=headers)).status_code == 204
