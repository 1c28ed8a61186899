"""Every act of authentication is in the trail, with when, who, from where and how it ended."""

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from doorstep.assembly import Services
from doorstep.kit.database import Record
from tests.api.conftest import ACCOUNT, ada, app, bearer, browser, http  # noqa: F401 -- fixtures
from tests.builders import HandClock


async def rows(app: FastAPI) -> list[Record]:  # noqa: F811 -- as fixtures are used
    services: Services = app.state.services
    async with services.database.connection() as connection:
        return await connection.fetch("SELECT * FROM audit_events WHERE kind <> 'signing_key_made' ORDER BY id")


@pytest.mark.asvs("v5.0.0-16.3.1", "v5.0.0-16.2.1")
async def test_signing_up_in_out_and_being_refused_are_recorded(
    http: httpx.AsyncClient,  # noqa: F811
    app: FastAPI,  # noqa: F811
    ada: dict[str, str],  # noqa: F811
    clock: HandClock,
) -> None:
    wrong = {**ACCOUNT, "password": "not the right one at all"}
    asked = []
    for act, body in (("login", wrong), ("logout", {}), ("login", ACCOUNT)):
        clock.advance(seconds=1)
        asked.append(await http.post(f"/api/v1/auth/{act}", json=body, headers={"User-Agent": "a browser"}))
    events = (await rows(app))[1:]
    told = [(event["kind"], event["outcome"]) for event in events]
    assert told == [("login", "refused"), ("logged_out", "success"), ("login", "success")]
    for event, answer in zip(events, asked, strict=True):
        assert event["request_id"] == answer.headers["x-request-id"]
        assert str(event["user_id"]) == ada["user_id"]
        assert str(event["address"]).partition("/")[0] == "203.0.113.7"
        assert event["user_agent"] == "a browser"
        assert event["occurred_at"].utcoffset() is not None
    assert all(event["session_id"] for event in events[1:])


@pytest.mark.asvs("v5.0.0-16.3.2")
async def test_reaching_for_what_is_somebody_elses_is_logged_with_who_it_was(
    http: httpx.AsyncClient,  # noqa: F811
    ada: dict[str, str],  # noqa: F811
) -> None:
    theirs = "/api/v1/sessions/00000000-0000-7000-8000-000000000001"
    with capture_logs() as logs:
        assert (await http.delete(theirs, headers=bearer(ada["access_token"]))).status_code == 404
        assert (await http.get("/api/v1/users/me")).status_code == 401
    refused = [(line["code"], line["path"], line["user_id"]) for line in logs if line["event"] == "refused"]
    assert refused == [
        ("session_unknown", theirs, ada["user_id"]),
        ("unauthenticated", "/api/v1/users/me", None),
    ]


@pytest.mark.asvs("v5.0.0-16.3.3")
async def test_requests_of_other_sites_and_floods_are_logged(http: httpx.AsyncClient) -> None:  # noqa: F811
    wrong = {**ACCOUNT, "password": "not the right one at all"}
    with capture_logs() as logs:
        await http.post("/api/v1/auth/refresh", json={}, headers={"Origin": "https://evil.example"})
        for _ in range(6):
            answer = await http.post("/api/v1/auth/login", json=wrong)
        assert answer.status_code == 429
    refused = [line["code"] for line in logs if line["event"] == "refused"]
    assert refused == ["cross_origin", *["invalid_credentials"] * 5, "too_many_attempts"]
