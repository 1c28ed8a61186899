"""What can be reached from outside, and what a browser is given: nothing more than the product needs."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from doorstep.assembly import Services
from doorstep.main import create_app
from tests.api.conftest import ACCOUNT, Browser, bearer
from tests.api.test_passkeys import added, answered, assertion, request
from tests.builders import GOOD_PASSWORD, SECRET, HandClock, settings_for

PUBLIC = "https://door.example.org"
OWN_PAGE = {"Origin": PUBLIC, "Sec-Fetch-Site": "same-origin"}
ODD = "o'hara+{0.__class__}%s%n${7*7}{{7*7}}&amp@example.org"


@pytest.fixture
async def https(dsn: str, tmp_path: Path, clock: HandClock) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the product as people reach it: by https."""
    app = create_app(settings_for(dsn, tmp_path, public_url=PUBLIC), dsn, SECRET.encode(), clock)
    transport = httpx.ASGITransport(app, client=("203.0.113.7", 40_000))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers=OWN_PAGE) as client,
    ):
        yield client


def cookies(answer: httpx.Response) -> dict[str, set[str]]:
    """The cookies that an answer sets, each with its attributes."""
    found = {}
    for line in answer.headers.get_list("set-cookie"):
        name_and_value, *attributes = (part.strip() for part in line.split(";"))
        assert len(line) < 4096
        found[name_and_value.partition("=")[0]] = {attribute.lower() for attribute in attributes}
    return found


@pytest.mark.asvs("v5.0.0-3.3.1", "v5.0.0-3.3.2", "v5.0.0-3.3.3", "v5.0.0-3.3.4", "v5.0.0-3.3.5", "v5.0.0-3.5.4")
async def test_cookies_are_for_this_host_by_https_alone_and_no_script_reads_them(https: httpx.AsyncClient) -> None:
    answers = [
        await https.post("/api/v1/auth/signup", json={**ACCOUNT, "remember": True}),
        await https.post("/api/v1/auth/refresh", json={}),
        await https.post("/api/v1/auth/logout", json={}),
        await https.post("/api/v1/auth/login", json=ACCOUNT),
    ]
    seen = set()
    for answer in answers:
        assert answer.is_success
        secret = https.cookies.get("__Host-doorstep")
        for name, attributes in cookies(answer).items():
            seen.add(name)
            assert {"secure", "httponly", "samesite=strict", "path=/"} <= attributes
            assert not any(attribute.startswith("domain") for attribute in attributes)
        assert secret is None or secret not in answer.text
    assert seen == {"__Host-doorstep", "__Host-doorstep-device"}


@pytest.mark.asvs("v5.0.0-7.2.2", "v5.0.0-7.2.4")
async def test_logging_in_again_gives_a_new_session_and_ends_the_one_before(
    https: httpx.AsyncClient, clock: HandClock
) -> None:
    first = await https.post("/api/v1/auth/signup", json=ACCOUNT)
    before, old = https.cookies["__Host-doorstep"], bearer(first.json()["access_token"])
    assert (await https.get("/api/v1/users/me", headers=old)).status_code == 200
    clock.advance(seconds=1)
    again = await https.post("/api/v1/auth/login", json=ACCOUNT)
    assert https.cookies["__Host-doorstep"] != before
    assert again.json()["access_token"] != first.json()["access_token"]
    new = bearer(again.json()["access_token"])
    assert (await https.get("/api/v1/users/me", headers=new)).status_code == 200
    assert (await https.get("/api/v1/users/me", headers=old)).status_code == 401
    events = (await https.get("/api/v1/users/me/events", headers=new)).json()["events"]
    assert [event["kind"] for event in events][:2] == ["login", "logged_out"]  # newest first
    https.cookies.set("__Host-doorstep", before)
    assert (await https.post("/api/v1/auth/refresh", json={})).status_code == 401


@pytest.mark.asvs("v5.0.0-7.6.2")
async def test_nobody_is_signed_in_by_looking(http: httpx.AsyncClient, app: FastAPI) -> None:
    for path in (
        "/",
        "/login",
        "/dashboard",
        "/api/v1/plans",
        "/api/v1/auth/challenge",
        "/.well-known/change-password",
    ):
        for method in ("GET", "HEAD"):
            assert "set-cookie" not in (await http.request(method, path)).headers
    services: Services = app.state.services
    async with services.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM sessions") == 0


@pytest.mark.asvs("v5.0.0-3.5.3")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_reading_changes_nothing(app: FastAPI, http: httpx.AsyncClient, ada: dict[str, str], method: str) -> None:
    """Whatever is changed by another method cannot be changed by a link, a picture or a prefetch."""
    document = app.openapi()
    for path, operations in document["paths"].items():
        if "get" not in operations:
            answer = await http.request(method, path, headers=bearer(ada["access_token"]))
            assert answer.status_code == 405, path
    assert (await http.get("/api/v1/users/me", headers=bearer(ada["access_token"]))).status_code == 200


@pytest.mark.asvs("v5.0.0-13.4.4", "v5.0.0-4.1.4")
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/api/v1/plans", "/api/v1/auth/login"])
async def test_methods_that_nobody_needs_are_refused(http: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await http.request(method, path, headers={"X-Canary": "a secret header", "X-HTTP-Method-Override": "GET"})
    assert answer.status_code in {404, 405, 503}
    assert "a secret header" not in answer.text


@pytest.mark.asvs("v5.0.0-13.4.5")
@pytest.mark.parametrize(
    "path",
    ["/docs", "/redoc", "/openapi.json", "/api/openapi.json", "/metrics", "/api/docs", "/debug", "/admin", "/__nextjs"],
)
async def test_nothing_tells_of_the_inside(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404
    assert (await http.get("/healthz")).json() == {"status": "ok"}
    assert set((await http.get("/readyz")).json()) == {"status", "checks"}


@pytest.mark.asvs("v5.0.0-3.5.6")
async def test_no_answer_is_wrapped_into_a_script(http: httpx.AsyncClient) -> None:
    plain = await http.get("/api/v1/plans")
    for name in ("callback", "jsonp", "cb"):
        answer = await http.get("/api/v1/plans", params={name: "steal"})
        assert answer.content == plain.content
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.asvs("v5.0.0-15.3.7")
async def test_a_parameter_that_is_given_twice_is_refused(http: httpx.AsyncClient, ada: dict[str, str]) -> None:
    headers = bearer(ada["access_token"])
    one = "before=00000000-0000-7000-8000-000000000001"
    assert (await http.get(f"/api/v1/users/me/events?{one}", headers=headers)).status_code == 200
    twice = await http.get(f"/api/v1/users/me/events?{one}&{one}", headers=headers)
    assert twice.status_code == 422
    assert [error["pointer"] for error in twice.json()["errors"]] == ["/query/before"]


@pytest.mark.asvs("v5.0.0-14.2.1")
async def test_addresses_have_no_place_for_what_is_secret(app: FastAPI) -> None:
    parameters = {
        (parameter["in"], parameter["name"])
        for operations in app.openapi()["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
    }
    assert parameters == {("path", "session_id"), ("path", "passkey_id"), ("query", "before")}


@pytest.mark.asvs("v5.0.0-1.1.1", "v5.0.0-1.2.3", "v5.0.0-1.3.7", "v5.0.0-1.3.10")
async def test_what_people_write_comes_back_as_they_wrote_it(browser: Browser) -> None:
    """Decoded once, run as nothing: no template, no format string, no markup, no second decoding."""
    http = browser()
    for number, email in enumerate((ODD, "100%25@example.org", "\u00e9@example.org")):
        answer = await http.post("/api/v1/auth/signup", json={"email": email, "password": f"{GOOD_PASSWORD} {number}"})
        assert answer.status_code == 201, answer.text
        me = await http.get("/api/v1/users/me", headers=bearer(answer.json()["access_token"]))
        assert me.json()["email"] == email
    strange = await http.post("/api/v1/auth/login", json={'a"b</script>': 1})
    assert 'a"b</script>' in {
        error["pointer"].removeprefix("/").replace("~1", "/") for error in strange.json()["errors"]
    }


@pytest.mark.asvs("v5.0.0-1.2.4")
@pytest.mark.parametrize("email", ["' OR '1'='1", "ada@example.org' --", "ada@example.org'; DROP TABLE users; --", "%"])
async def test_sql_in_a_field_is_just_an_unknown_address(http: httpx.AsyncClient, ada: object, email: str) -> None:
    answer = await http.post("/api/v1/auth/login", json={"email": email, "password": GOOD_PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
    assert (await http.post("/api/v1/auth/login", json=ACCOUNT)).status_code == 200


@pytest.mark.asvs("v5.0.0-6.3.2")
async def test_a_new_product_knows_nobody(http: httpx.AsyncClient, app: FastAPI) -> None:
    services: Services = app.state.services
    assert not await services.users.any()
    for name in ("admin", "admin@example.org", "root", "test@example.org", "demo@example.com"):
        answer = await http.post("/api/v1/auth/login", json={"email": name, "password": "admin"})
        assert answer.status_code == 401


@pytest.mark.asvs("v5.0.0-6.2.10")
async def test_a_password_does_not_grow_old(browser: Browser, ada: object, clock: HandClock, app: FastAPI) -> None:
    clock.advance(days=400)
    services: Services = app.state.services
    await services.ring.load()
    assert (await browser().post("/api/v1/auth/login", json=ACCOUNT)).status_code == 200


@pytest.mark.asvs("v5.0.0-6.2.8", "v5.0.0-6.2.9")
async def test_a_long_password_counts_to_its_last_character(browser: Browser) -> None:
    http = browser()
    for length in (64, 128, 256):
        password = (GOOD_PASSWORD * 12)[: length - 1] + "z"
        body = {"email": f"{length}@example.org", "password": password}
        assert (await http.post("/api/v1/auth/signup", json=body)).status_code == 201
        assert (await http.post("/api/v1/auth/login", json=body)).status_code == 200
        for near in (password[:-1], password[:-1] + "Z", password.replace("z", "", 1), password + " "):
            assert (await http.post("/api/v1/auth/login", json={**body, "password": near})).status_code == 401


@pytest.mark.asvs("v5.0.0-6.3.4")
async def test_each_way_to_a_token_refuses_who_is_disabled(
    http: httpx.AsyncClient, app: FastAPI, ada: dict[str, str]
) -> None:
    """The ways are those whose answer holds a token; a new one must be added here and be as strong."""
    ways = {
        path
        for path, operations in app.openapi()["paths"].items()
        for operation in operations.values()
        if "AccessToken" in str(operation["responses"]) or "SignedUp" in str(operation["responses"])
    }
    headers = bearer(ada["access_token"])
    device, _ = await added(http, ada["access_token"])
    again = (await http.post("/api/v1/auth/step-up/passkey/options", json={}, headers=headers)).json()
    bodies: dict[str, tuple[object, int]] = {
        "/api/v1/auth/signup": (ACCOUNT, 409),
        "/api/v1/auth/login": (ACCOUNT, 401),
        "/api/v1/auth/passkey": (await answered(http, device), 401),
        "/api/v1/auth/step-up": ({"password": GOOD_PASSWORD}, 401),
        "/api/v1/auth/step-up/passkey": (assertion(device.use(request(again))), 401),
        "/api/v1/users/me/password": ({"current_password": GOOD_PASSWORD, "new_password": GOOD_PASSWORD + "!"}, 401),
        "/api/v1/auth/refresh": ({}, 401),
    }
    # The second step is in tests/second_factors.
    second = {"/api/v1/auth/login/totp", "/api/v1/auth/login/recovery-code", "/api/v1/auth/login/passkey"}
    assert ways - second == set(bodies)
    services: Services = app.state.services
    async with services.database.connection() as connection:
        await connection.execute("UPDATE users SET status = 'disabled'")
    for path, (body, status) in bodies.items():
        assert (await http.post(path, json=body, headers=headers)).status_code == status


@pytest.mark.asvs("v5.0.0-16.5.3")
async def test_without_the_counters_nobody_gets_in(http: httpx.AsyncClient, app: FastAPI, ada: object) -> None:
    """What cannot be limited is not allowed: a broken control closes the door."""
    services: Services = app.state.services
    async with services.database.connection() as connection:
        await connection.execute("ALTER TABLE throttle RENAME TO elsewhere")
    for path, email in (("login", "ada@example.org"), ("signup", "new@example.org")):
        answer = await http.post(f"/api/v1/auth/{path}", json={**ACCOUNT, "email": email})
        assert answer.status_code == 500
        assert "set-cookie" not in answer.headers
    async with services.database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM sessions") == 1
        assert await connection.fetchval("SELECT count(*) FROM users") == 1
