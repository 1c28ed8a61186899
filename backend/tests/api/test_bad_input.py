"""What nobody should send gets a clear 4xx problem, and nothing is written."""

import json

import httpx
import pytest
from fastapi import FastAPI

from doorstep.assembly import Services
from tests.builders import GOOD_PASSWORD

JSON = {"Content-Type": "application/json"}
PATHS = ("/api/v1/auth/signup", "/api/v1/auth/login", "/api/v1/passwords/assess")


def body(**changes: object) -> bytes:
    return json.dumps({"email": "ada@example.org", "password": GOOD_PASSWORD, **changes}).encode()


async def rows(app: FastAPI) -> int:
    services: Services = app.state.services
    async with services.database.connection() as connection:
        return int(
            await connection.fetchval(
                "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM sessions)"
                " + (SELECT count(*) FROM audit_events WHERE kind <> 'signing_key_made')"
            )
        )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", JSON, 422),
        (b"{", JSON, 400),
        (b"null", JSON, 422),
        (b"[]", JSON, 422),
        (b'"ada"', JSON, 422),
        (b"\xff\xfe", JSON, 400),
        (b'{"email": NaN}', JSON, 400),
        (b'{"email": "a", "email": "b"}', JSON, 400),
        (b"[" * 10_000, JSON, 400),
        (body(email="a\x00b@example.org"), JSON, 422),
        (body(password="a\x00" * 10), JSON, 422),
        (b'{"email": "ada@example.org", "password": "\\ud800 lone surrogate"}', JSON, 422),
        (b'{"email": "\\udfff@example.org", "password": "long enough for anybody"}', JSON, 422),
        (body(email="a" * 300 + "@example.org"), JSON, 422),
        (body(password="x" * 1025), JSON, 422),
        (body(password=["x"]), JSON, 422),
        (body(email={"$ne": None}), JSON, 422),
        (body(password=12345678901234567890), JSON, 422),
        (body(is_admin=True), JSON, 422),
        (body(__proto__={"admin": True}), JSON, 422),
        (b"x" * 1_000_000, JSON, 413),
        (body(), {"Content-Type": "text/plain"}, 415),
        (body(), {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (body(), {"Content-Type": "application/json; charset=utf-16"}, 415),
        (body(), {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
    ],
)
async def test_a_clear_refusal_and_nothing_written(
    http: httpx.AsyncClient, app: FastAPI, path: str, content: bytes, headers: dict[str, str], status: int
) -> None:
    answer = await http.post(path, content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "code", "instance"} <= set(problem)
    assert problem["status"] == status
    assert GOOD_PASSWORD not in answer.text
    assert await rows(app) == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_a_wrong_method_says_which_is_right(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, "/api/v1/auth/login")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


async def test_an_unknown_address_is_a_problem_too(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/nothing/here")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("session_id", ["1", "x", "../users", "00000000-0000-0000-0000-00000000000g"])
async def test_a_malformed_id_is_refused(http: httpx.AsyncClient, ada: dict[str, str], session_id: str) -> None:
    headers = {"Authorization": f"Bearer {ada['access_token']}"}
    answer = await http.delete(f"/api/v1/sessions/{session_id}", headers=headers)
    assert answer.status_code in {404, 405, 422}


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Basic YTpi", "bearer x.y.z", "Bearer " + "a" * 5000, "Bearer ü"]
)
async def test_a_malformed_authorization_is_unauthenticated(http: httpx.AsyncClient, value: str) -> None:
    answer = await http.get("/api/v1/users/me", headers=[(b"authorization", value.encode())])
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
