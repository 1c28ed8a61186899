"""Sign-up that tells nobody whether an address has an account (`signup_disclosure = "private"`)."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from doorstep.main import create_app
from tests.api.conftest import ACCOUNT, ORIGIN, SAME_ORIGIN, Browser, bearer
from tests.api.test_recovery import mail_with
from tests.builders import SECRET, HandClock, settings_for
from tests.letterbox import link_token

SIGNUP = "/api/v1/auth/signup"
LOGIN = "/api/v1/auth/login"
OTHER = {"email": "ADA@Example.org", "password": "another five quiet words here"}


@pytest.fixture
async def app(dsn: str, tmp_path: Path, clock: HandClock) -> AsyncIterator[FastAPI]:
    settings = settings_for(dsn, tmp_path, signup_disclosure="private")
    made = create_app(settings, dsn, SECRET.encode(), clock)
    async with made.router.lifespan_context(made):
        yield made


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_new_and_taken_addresses_are_answered_alike(http: httpx.AsyncClient) -> None:
    fresh = await http.post(SIGNUP, json=ACCOUNT)
    taken = await http.post(SIGNUP, json=OTHER)
    assert (fresh.status_code, taken.status_code) == (202, 202)
    assert fresh.json() == taken.json()
    assert set(fresh.json()) == {"message"}
    assert list(fresh.headers) == list(taken.headers)
    assert "set-cookie" not in fresh.headers


async def verify(app: FastAPI, http: httpx.AsyncClient) -> None:
    """Press the button in the newest mail of a sign-up."""
    await press(http, link_token(await mail_with(app, "Welcome"), "verify"))


async def press(http: httpx.AsyncClient, token: str) -> None:
    """Press the button behind that link, and say that one has signed up."""
    assert (await http.post("/api/v1/auth/verify-email", json={"token": token, "signed_up": True})).status_code == 204


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_a_log_in_does_not_tell_either(browser: Browser) -> None:
    """Right after a sign-up its password is as wrong for a new address as for a taken one."""
    await browser().post(SIGNUP, json=ACCOUNT)
    fresh, taken = [await browser().post(LOGIN, json=account) for account in (ACCOUNT, OTHER)]
    assert (fresh.status_code, taken.status_code) == (401, 401)
    told = [{**answer.json(), "instance": None} for answer in (fresh, taken)]
    assert told[0] == told[1]
    assert told[0]["code"] == "invalid_credentials"


async def test_the_new_user_can_log_in_once_verified_and_the_second_password_opens_nothing(
    app: FastAPI, browser: Browser
) -> None:
    await browser().post(SIGNUP, json=ACCOUNT)
    token = link_token(await mail_with(app, "Welcome"), "verify")
    await browser().post(SIGNUP, json=OTHER)
    await press(browser(), token)
    assert (await browser().post(LOGIN, json=ACCOUNT)).status_code == 200
    assert (await browser().post(LOGIN, json=OTHER)).status_code == 401


async def test_the_owner_of_a_taken_address_can_see_that_somebody_tried(app: FastAPI, http: httpx.AsyncClient) -> None:
    await http.post(SIGNUP, json=ACCOUNT)
    await verify(app, http)
    await http.post(SIGNUP, json=OTHER)
    token = (await http.post(LOGIN, json=ACCOUNT)).json()["access_token"]
    events = (await http.get("/api/v1/users/me/events", headers=bearer(token))).json()["events"]
    assert sorted((event["kind"], event["outcome"]) for event in events) == [
        ("email_verified", "success"),
        ("login", "success"),
        ("signed_up", "success"),
        ("signup_refused", "refused"),
    ]


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [({"email": "nobody"}, 422, "/email"), ({"password": "ada@example.org"}, 422, "/password")],
)
async def test_what_is_refused_is_refused_for_both(
    http: httpx.AsyncClient, change: dict[str, str], status: int, pointer: str
) -> None:
    before = await http.post(SIGNUP, json=ACCOUNT | change)
    await http.post(SIGNUP, json=ACCOUNT)
    after = await http.post(SIGNUP, json=ACCOUNT | change)
    assert (before.status_code, after.status_code) == (status, status)
    assert before.json()["errors"] == after.json()["errors"]
    assert before.json()["errors"][0]["pointer"] == pointer


async def test_one_address_is_one_user_however_it_is_written(browser: Browser, app: FastAPI) -> None:
    http = browser()
    answers = [await http.post(SIGNUP, json=ACCOUNT | {"email": email}) for email in ("b@x.org", "B@X.org", "b@X.ORG")]
    assert {answer.status_code for answer in answers} == {202}
    async with app.state.services.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM users") == 1


async def test_by_default_a_taken_address_is_told(dsn: str, tmp_path: Path, clock: HandClock) -> None:
    made = create_app(settings_for(dsn, tmp_path), dsn, SECRET.encode(), clock)
    transport = httpx.ASGITransport(made, client=("203.0.113.7", 40_000))
    async with (
        made.router.lifespan_context(made),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=SAME_ORIGIN) as http,
    ):
        assert (await http.post(SIGNUP, json=ACCOUNT)).status_code == 201
        assert (await http.post(SIGNUP, json=OTHER)).json()["code"] == "email_taken"
