import httpx
import pytest

from tests.api.conftest import ACCOUNT, Browser, bearer
from tests.builders import HandClock

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0"}
IPHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19 Safari/604"}


async def log_in(http: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, str]:
    answer = await http.post("/api/v1/auth/login", json=ACCOUNT, headers=headers)
    assert answer.status_code == 200
    return bearer(answer.json()["access_token"])


async def test_the_list_names_each_browser_and_marks_this_one(browser: Browser, ada: object) -> None:
    here, phone = browser(), browser()
    mine = await log_in(here, FIREFOX)
    await log_in(phone, IPHONE)
    listed = (await here.get("/api/v1/sessions", headers=mine)).json()["sessions"]
    assert len(listed) == 3
    by_device = {session["device"]: session for session in listed}
    assert by_device["Firefox on Linux"]["current"]
    assert not by_device["Safari on iPhone"]["current"]
    assert by_device["Safari on iPhone"]["address"] == "203.0.113.7"
    assert set(listed[0]) == {
        "id", "device", "address", "first_seen_at", "last_seen_at", "remembered", "current",
    }  # fmt: skip


@pytest.mark.asvs("v5.0.0-10.4.9")
async def test_a_revoked_session_ends_with_its_next_request(browser: Browser, ada: object) -> None:
    here, phone = browser(), browser()
    mine, theirs = await log_in(here, FIREFOX), await log_in(phone, IPHONE)
    listed = (await here.get("/api/v1/sessions", headers=mine)).json()["sessions"]
    phones = next(session["id"] for session in listed if session["device"] == "Safari on iPhone")
    assert (await here.delete(f"/api/v1/sessions/{phones}", headers=mine)).status_code == 204
    assert (await phone.get("/api/v1/users/me", headers=theirs)).status_code == 401
    assert (await phone.post("/api/v1/auth/refresh", json={})).status_code == 401
    assert (await here.get("/api/v1/users/me", headers=mine)).status_code == 200
    again = await here.delete(f"/api/v1/sessions/{phones}", headers=mine)
    assert (again.status_code, again.json()["code"]) == (404, "session_unknown")


@pytest.mark.asvs("v5.0.0-8.2.2")
async def test_nobody_ends_the_session_of_somebody_else(browser: Browser, ada: dict[str, str]) -> None:
    eve = browser()
    answer = await eve.post("/api/v1/auth/signup", json={**ACCOUNT, "email": "eve@example.org"})
    eves = bearer(answer.json()["access_token"])
    target = (await eve.get("/api/v1/sessions", headers=bearer(ada["access_token"]))).json()["sessions"][0]["id"]
    assert (await eve.delete(f"/api/v1/sessions/{target}", headers=eves)).json()["code"] == "session_unknown"
    assert (await eve.get("/api/v1/users/me", headers=bearer(ada["access_token"]))).status_code == 200


async def test_signing_out_everywhere_else_keeps_this_one(browser: Browser, ada: dict[str, str]) -> None:
    here, phone = browser(), browser()
    mine, theirs = await log_in(here, FIREFOX), await log_in(phone, IPHONE)
    assert (await here.delete("/api/v1/sessions", headers=mine)).json() == {"revoked": 2}
    assert (await phone.get("/api/v1/users/me", headers=theirs)).status_code == 401
    assert (await here.get("/api/v1/users/me", headers=bearer(ada["access_token"]))).status_code == 401
    assert (await here.get("/api/v1/users/me", headers=mine)).status_code == 200
    assert (await here.delete("/api/v1/sessions", headers=mine)).json() == {"revoked": 0}


@pytest.mark.asvs("v5.0.0-7.5.2")
async def test_ending_sessions_elsewhere_needs_a_recent_proof(
    browser: Browser, ada: dict[str, str], clock: HandClock
) -> None:
    """A stolen token must not throw the owner out; the owner's password goes on from there."""
    here, phone = browser(), browser()
    mine, theirs = await log_in(here, FIREFOX), await log_in(phone, IPHONE)
    listed = (await here.get("/api/v1/sessions", headers=mine)).json()["sessions"]
    phones = next(session["id"] for session in listed if session["device"] == "Safari on iPhone")
    one = f"/api/v1/sessions/{phones}"
    clock.advance(minutes=9)
    mine, theirs = [
        bearer((await http.post("/api/v1/auth/refresh", json={})).json()["access_token"]) for http in (here, phone)
    ]
    clock.advance(minutes=1)
    for path in (one, "/api/v1/sessions", "/api/v1/sessions/00000000-0000-7000-8000-000000000001"):
        answer = await here.delete(path, headers=mine)
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")
    assert (await phone.get("/api/v1/users/me", headers=theirs)).status_code == 200
    listed = (await here.get("/api/v1/sessions", headers=mine)).json()["sessions"]
    assert len(listed) == 3
    answer = await here.post("/api/v1/auth/step-up", json={"password": ACCOUNT["password"]}, headers=mine)
    mine = bearer(answer.json()["access_token"])
    assert (await here.delete(one, headers=mine)).status_code == 204
    assert (await phone.get("/api/v1/users/me", headers=theirs)).status_code == 401
    assert (await here.delete("/api/v1/sessions", headers=mine)).json() == {"revoked": 1}


async def test_recent_activity_shows_only_ones_own_and_pages(browser: Browser, ada: object, clock: HandClock) -> None:
    http = browser()
    for _ in range(3):
        clock.advance(seconds=1)
        await http.post("/api/v1/auth/login", json={**ACCOUNT, "password": "wrong " * 4})
    clock.advance(seconds=1)
    mine = await log_in(http, FIREFOX)
    page = (await http.get("/api/v1/users/me/events", headers=mine)).json()
    kinds = [(event["kind"], event["outcome"]) for event in page["events"]]
    assert kinds == [("login", "success"), *[("login", "refused")] * 3, ("signed_up", "success")]
    assert page["next"] is None
    assert page["events"][0]["current_session"]
    assert page["events"][0]["device"] == "Firefox on Linux"
    older = await http.get("/api/v1/users/me/events", headers=mine, params={"before": page["events"][2]["id"]})
    assert [event["id"] for event in older.json()["events"]] == [event["id"] for event in page["events"][3:]]


async def test_events_of_others_cannot_be_paged_into(browser: Browser, ada: dict[str, str]) -> None:
    eve = browser()
    answer = await eve.post("/api/v1/auth/signup", json={**ACCOUNT, "email": "eve@example.org"})
    adas = (await eve.get("/api/v1/users/me/events", headers=bearer(ada["access_token"]))).json()["events"]
    peek = await eve.get(
        "/api/v1/users/me/events",
        headers=bearer(answer.json()["access_token"]),
        params={"before": adas[0]["id"]},
    )
    assert peek.json() == {"events": [], "next": None}
