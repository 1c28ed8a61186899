"""Leaving over HTTP: guarded, in the browser that asks, and back again."""

import httpx
import pytest
from fastapi import FastAPI

from tests.api.conftest import ACCOUNT, bearer
from tests.api.test_recovery import state
from tests.builders import HandClock

ME = "/api/v1/users/me"
ACTS = [("DELETE", ME), ("POST", f"{ME}/keep"), ("GET", f"{ME}/export")]


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(("method", "path"), ACTS)
async def test_it_is_for_those_who_are_signed_in(app: FastAPI, http: httpx.AsyncClient, method: str, path: str) -> None:
    before = await state(app)
    for headers in ({}, bearer("nonsense")):
        answer = await http.request(method, path, json={} if method == "POST" else None, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert await state(app) == before


@pytest.mark.asvs("v5.0.0-7.5.3")
async def test_deleting_and_exporting_need_a_recent_log_in_and_the_trail_has_who_tried(
    app: FastAPI, http: httpx.AsyncClient, ada: dict[str, str], clock: HandClock
) -> None:
    clock.advance(minutes=9)
    token = (await http.post("/api/v1/auth/refresh", json={})).json()["access_token"]
    clock.advance(minutes=1)
    before = await state(app, trail_too=False)
    for method, path in (ACTS[0], ACTS[2]):
        answer = await http.request(method, path, headers=bearer(token))
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")
        assert "content-disposition" not in answer.headers
    assert await state(app, trail_too=False) == before
    async with app.state.services.database.connection() as connection:
        refused = await connection.fetch("SELECT kind FROM audit_events WHERE outcome = 'refused'")
    assert {row["kind"] for row in refused} == {"deletion_asked", "data_exported"}


async def test_deleting_signs_out_and_keeping_takes_it_back(
    http: httpx.AsyncClient, ada: dict[str, str], clock: HandClock
) -> None:
    old = bearer(ada["access_token"])
    assert (await http.get(ME, headers=old)).json()["deletion_due_at"] is None
    answer = await http.delete(ME, headers=old)
    assert (answer.status_code, answer.json()) == (202, {"deletion_due_at": "2026-03-21T09:26:53Z"})
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "doorstep-local-8000" not in http.cookies
    assert (await http.get(ME, headers=old)).status_code == 401
    clock.advance(days=6)
    token = (await http.post("/api/v1/auth/login", json=ACCOUNT)).json()["access_token"]
    assert (await http.get(ME, headers=bearer(token))).json()["deletion_due_at"] == "2026-03-21T09:26:53Z"
    for _ in range(2):
        assert (await http.post(f"{ME}/keep", json={}, headers=bearer(token))).status_code == 204
    assert (await http.get(ME, headers=bearer(token))).json()["deletion_due_at"] is None


async def test_the_copy_is_a_file_that_nobody_keeps(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    answer = await http.get(f"{ME}/export", headers=bearer(ada["access_token"]))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in answer.headers["cache-control"]
    assert answer.json()["profile"]["id"] == ada["user_id"]
    for _ in range(4):
        await http.get(f"{ME}/export", headers=bearer(ada["access_token"]))
    refused = await http.get(f"{ME}/export", headers=bearer(ada["access_token"]))
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_mails")
