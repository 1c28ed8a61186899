"""What starts from a mail, as a caller meets it: one problem code each, and nothing by GET or HEAD."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from doorstep.assembly import Services
from tests.api.conftest import ACCOUNT, bearer
from tests.builders import HandClock
from tests.letterbox import kept, link_token, words

AUTH = "/api/v1/auth"
UNDER_WAY = """
SELECT EXISTS (SELECT FROM recovery_requests) OR EXISTS (SELECT FROM outbox WHERE leased_until IS NOT NULL)
"""
BY_TOKEN = (
    "reset/check",
    "reset",
    "not-me",
    "not-mine",
    "unlock",
    "verify-email",
    "confirm-email",
    "undo-email",
    "keep",
)
NEW_PASSWORD = "eleven loud geese at dusk"
EVERYTHING = """
SELECT md5(string_agg(whole, '|')) FROM (
    SELECT t::text AS whole FROM one_time_tokens t UNION ALL SELECT u::text FROM users u
    UNION ALL SELECT s::text FROM sessions s UNION ALL SELECT p::text FROM profiles p
    UNION ALL SELECT a::text FROM audit_events a WHERE $1 ORDER BY 1
) AS rows
"""


def body(act: str, token: str) -> dict[str, str]:
    return {"token": token} | ({"password": NEW_PASSWORD} if act == "reset" else {})


async def mail_with(app: FastAPI, mark: str) -> str:
    """The newest mail that says this; the application's own workers may have sent it already, or be at it."""
    services: Services = app.state.services
    async with asyncio.timeout(30), services.database.connection() as connection:
        while (
            await services.recovery.answer_one()
            or await services.outbox.send_due()
            or await connection.fetchval(UNDER_WAY)
        ):
            pass
    return [mail for mail in map(words, kept(services.settings.mail_folder)) if mark in mail][-1]


async def state(app: FastAPI, *, trail_too: bool = True) -> object:
    """What there is: the same again when nothing has changed, nor been noted in the trail."""
    async with app.state.services.database.connection() as connection:
        return await connection.fetchval(EVERYTHING, trail_too)


async def test_a_password_is_forgotten_and_chosen_anew(
    app: FastAPI, http: httpx.AsyncClient, ada: dict[str, str]
) -> None:
    known = await http.post(f"{AUTH}/forgot", json={"email": ACCOUNT["email"]})
    unknown = await http.post(f"{AUTH}/forgot", json={"email": "nobody@example.org"})
    assert (known.status_code, unknown.status_code) == (202, 202)
    assert known.json() == unknown.json()
    token = link_token(await mail_with(app, "/reset/#"), "reset")
    checked = await http.post(f"{AUTH}/reset/check", json={"token": token})
    assert (checked.status_code, checked.json()) == (200, {"email": ACCOUNT["email"]})
    done = await http.post(f"{AUTH}/reset", json=body("reset", token))
    assert (done.status_code, done.content, "set-cookie" in done.headers) == (204, b"", False)
    assert (await http.get("/api/v1/users/me", headers=bearer(ada["access_token"]))).status_code == 401
    assert (await http.post(f"{AUTH}/login", json=ACCOUNT)).status_code == 401
    assert (await http.post(f"{AUTH}/login", json=ACCOUNT | {"password": NEW_PASSWORD})).status_code == 200
    used = await http.post(f"{AUTH}/reset", json=body("reset", token))
    assert (used.status_code, used.json()["code"]) == (410, "token_used")
    checked = await http.post(f"{AUTH}/reset/check", json={"token": token})
    assert (checked.status_code, ACCOUNT["email"] in checked.text) == (410, False)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("act", BY_TOKEN)
async def test_forged_and_swapped_tokens_change_nothing(app: FastAPI, http: httpx.AsyncClient, act: str) -> None:
    """The token of the sign-up mail is good for one of these, and no forged one for any."""
    swapped = link_token(await mail_with(app, "is your code"), "verify")
    before = await state(app)
    for token in ["A" * 43, *([swapped] if act not in {"verify-email", "not-mine"} else [])]:
        answer = await http.post(f"{AUTH}/{act}", json=body(act, token))
        assert (answer.status_code, answer.json()["code"]) == (400, "token_unknown")
        assert answer.headers["content-type"] == "application/problem+json"
    assert await state(app) == before


@pytest.mark.usefixtures("ada")
async def test_an_expired_link_says_so(app: FastAPI, http: httpx.AsyncClient, clock: HandClock) -> None:
    token = link_token(await mail_with(app, "is your code"), "verify")
    clock.advance(minutes=30)
    answer = await http.post(f"{AUTH}/verify-email", json={"token": token})
    assert (answer.status_code, answer.json()["code"]) == (410, "token_expired")


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("act", ["forgot", *BY_TOKEN])
async def test_who_only_looks_changes_nothing(app: FastAPI, http: httpx.AsyncClient, act: str, method: str) -> None:
    """Mail scanners follow links; people press buttons."""
    token = link_token(await mail_with(app, "is your code"), "verify")
    before = await state(app)
    for query in ("", f"?token={token}"):
        assert (await http.request(method, f"{AUTH}/{act}{query}")).status_code == 405
    assert await state(app) == before


@pytest.mark.parametrize("bad", [{}, {"token": ""}, {"token": "x" * 65}, {"token": 7}, {"token": "x", "more": 1}])
async def test_what_is_no_token_is_no_request(http: httpx.AsyncClient, bad: dict[str, object]) -> None:
    answer = await http.post(f"{AUTH}/verify-email", json=bad)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


@pytest.mark.parametrize("email", ["nobody", " ", "a@b"])
async def test_what_is_no_address_is_told(http: httpx.AsyncClient, email: str) -> None:
    answer = await http.post(f"{AUTH}/forgot", json={"email": email})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/email"


@pytest.mark.usefixtures("ada")
async def test_a_refused_password_leaves_the_link_good(app: FastAPI, http: httpx.AsyncClient) -> None:
    await http.post(f"{AUTH}/forgot", json={"email": ACCOUNT["email"]})
    token = link_token(await mail_with(app, "/reset/#"), "reset")
    refused = await http.post(f"{AUTH}/reset", json={"token": token, "password": "short"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/password")
    assert (await http.post(f"{AUTH}/reset", json=body("reset", token))).status_code == 204
