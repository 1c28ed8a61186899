"""Changing the account over HTTP: guarded, one problem code each, nothing by GET or HEAD."""

import httpx
import pytest
from fastapi import FastAPI

from tests.api.conftest import ACCOUNT, bearer
from tests.api.test_recovery import mail_with, state
from tests.builders import GOOD_PASSWORD, HandClock
from tests.letterbox import code_in, link_token

ME = "/api/v1/users/me"
STEP_UP = "/api/v1/auth/step-up"
NEW_PASSWORD = "eleven loud geese at dusk"
CHANGE = {"current_password": GOOD_PASSWORD, "new_password": NEW_PASSWORD}
BODIES: dict[str, dict[str, str]] = {
    STEP_UP: {"password": GOOD_PASSWORD},
    f"{ME}/password": CHANGE,
    f"{ME}/email": {"email": "new@example.org"},
    f"{ME}/email/verification": {},
    f"{ME}/email/verify": {"code": "123456"},
}


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("path", BODIES)
async def test_it_is_for_those_who_are_signed_in(app: FastAPI, http: httpx.AsyncClient, path: str) -> None:
    before = await state(app)
    for headers in ({}, bearer("nonsense")):
        answer = await http.post(path, json=BODIES[path], headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert await state(app) == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", BODIES)
async def test_who_only_looks_changes_nothing(
    app: FastAPI, http: httpx.AsyncClient, ada: dict[str, str], path: str, method: str
) -> None:
    before = await state(app)
    assert (await http.request(method, path, headers=bearer(ada["access_token"]))).status_code == 405
    assert await state(app) == before


async def test_the_address_is_verified_by_the_code(app: FastAPI, http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    headers = bearer(ada["access_token"])
    code = code_in(await mail_with(app, "is your code"))
    wrong = await http.post(f"{ME}/email/verify", json={"code": f"{(int(code) + 1) % 10**6:06}"}, headers=headers)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_code")
    typed = "\u200f".join(chr(0x0660 + int(digit)) for digit in code)  # Arabic-Indic, with marks of direction
    assert (await http.post(f"{ME}/email/verify", json={"code": typed}, headers=headers)).status_code == 204
    assert (await http.get(ME, headers=headers)).json()["email_verified"] is True


async def test_codes_are_not_mailed_without_end(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    headers = bearer(ada["access_token"])
    answers = [await http.post(f"{ME}/email/verification", json={}, headers=headers) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [202] * 4 + [429]
    assert (answers[-1].json()["code"], answers[-1].headers["retry-after"]) == ("too_many_mails", "3600")


async def test_another_password_keeps_this_session(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    headers = bearer(ada["access_token"])
    wrong = await http.post(f"{ME}/password", json=CHANGE | {"current_password": "not right"}, headers=headers)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    short = await http.post(f"{ME}/password", json=CHANGE | {"new_password": "short"}, headers=headers)
    assert (short.status_code, short.json()["errors"][0]["pointer"]) == (422, "/new_password")
    done = await http.post(f"{ME}/password", json=CHANGE, headers=headers)
    assert done.status_code == 200
    assert (await http.get(ME, headers=bearer(done.json()["access_token"]))).status_code == 200
    assert (await http.post("/api/v1/auth/login", json=ACCOUNT)).status_code == 401


async def test_another_address_needs_a_recent_proof(
    app: FastAPI, http: httpx.AsyncClient, ada: dict[str, str], clock: HandClock
) -> None:
    new = {"email": "new@example.org"}
    headers = bearer(ada["access_token"])
    code = code_in(await mail_with(app, "is your code"))
    assert (await http.post(f"{ME}/email/verify", json={"code": code}, headers=headers)).status_code == 204
    clock.advance(minutes=9, seconds=59)
    same = await http.post(f"{ME}/email", json={"email": ACCOUNT["email"]}, headers=headers)
    assert (same.status_code, same.json()["code"]) == (422, "same_email")
    assert same.json()["errors"][0]["pointer"] == "/email"
    proved = await http.post(STEP_UP, json={"password": GOOD_PASSWORD}, headers=headers)
    assert proved.status_code == 200
    clock.advance(minutes=9, seconds=59)
    fresh = bearer(proved.json()["access_token"])
    assert (await http.post(f"{ME}/email", json=new, headers=fresh)).status_code == 202
    clock.advance(seconds=5)
    late = await http.post(f"{ME}/email", json=new, headers=fresh)
    assert (late.status_code, late.json()["code"]) == (403, "step_up_required")
    confirm = link_token(await mail_with(app, "#change="), "verify", "change")
    assert (await http.post("/api/v1/auth/confirm-email", json={"token": confirm})).status_code == 204
    undo = link_token(await mail_with(app, "#undo="), "verify", "undo")
    undone = await http.post("/api/v1/auth/undo-email", json={"token": undo})
    assert undone.status_code == 200
    assert set(undone.json()) == {"reset_token", "email", "taken_back", "authenticator_removal_at", "address"}
    assert (undone.json()["address"], undone.json()["email"]) == (ACCOUNT["email"], ACCOUNT["email"])
    assert undone.json()["taken_back"] == ["sessions", "email", "known_browsers"]
    reset = {"token": undone.json()["reset_token"], "password": NEW_PASSWORD}
    assert (await http.post("/api/v1/auth/reset", json=reset)).status_code == 204
    assert (await http.post("/api/v1/auth/login", json=ACCOUNT | {"password": NEW_PASSWORD})).status_code == 200


async def test_a_change_of_address_is_seen_sent_again_and_withdrawn(
    app: FastAPI, http: httpx.AsyncClient, ada: dict[str, str], clock: HandClock
) -> None:
    headers = bearer(ada["access_token"])
    change, none = f"{ME}/email/change", {"email": None, "expires_at": None}
    assert (await http.get(change, headers=headers)).json() == none
    for _ in range(2):
        assert (await http.post(f"{ME}/email", json={"email": "new@example.org"}, headers=headers)).status_code == 202
        clock.advance(seconds=1)
    pending = (await http.get(change, headers=headers)).json()
    assert (pending["email"], pending["expires_at"] is not None) == ("new@example.org", True)
    assert (await http.get(change)).status_code == 401
    token = link_token(await mail_with(app, "#change="), "verify", "change")
    assert (await http.delete(change)).status_code == 401
    for _ in range(2):
        assert (await http.delete(change, headers=headers)).status_code == 204
    assert (await http.get(change, headers=headers)).json() == none
    opened = await http.post("/api/v1/auth/confirm-email", json={"token": token})
    assert (opened.status_code, opened.json()["code"]) == (400, "token_unknown")
    assert (await http.get(ME, headers=headers)).json()["email"] == ACCOUNT["email"]
    events = (await http.get(f"{ME}/events", headers=headers)).json()["events"]
    assert [event["kind"] for event in events].count("email_change_withdrawn") == 1


async def test_a_change_of_address_is_not_seen_once_it_is_too_late(
    http: httpx.AsyncClient, ada: dict[str, str], clock: HandClock
) -> None:
    headers = bearer(ada["access_token"])
    assert (await http.post(f"{ME}/email", json={"email": "new@example.org"}, headers=headers)).status_code == 202
    clock.advance(minutes=60)
    again = await http.post("/api/v1/auth/login", json=ACCOUNT)
    assert (await http.get(f"{ME}/email/change", headers=bearer(again.json()["access_token"]))).json()["email"] is None
