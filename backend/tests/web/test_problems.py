"""Every refusal is an RFC 9457 problem, and no answer tells what only the log may know."""

import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from tests.web.app import SECRET, client_of

GOOD = {"email": "ada@example.org", "password": "a long enough phrase".replace(" ", "-")}


def problem_of(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem in `answer`, after checking what all problems have in common."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:doorstep:problem:{code}"
    assert body["title"]
    assert body["instance"] == f"urn:request:{answer.headers['x-request-id']}"
    assert set(body) <= {"type", "title", "status", "detail", "code", "instance", "retry_after", "errors"}
    return body


@pytest.mark.asvs("v5.0.0-13.4.2", "v5.0.0-16.3.4", "v5.0.0-16.5.1", "v5.0.0-16.5.4")
async def test_a_crash_says_nothing_and_is_logged_with_its_traceback(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await client.get("/api/crash")
    problem_of(answer, 500, "internal_error")
    assert SECRET not in answer.text + str(answer.headers)
    assert "Traceback" not in answer.text
    crash = next(line for line in logs if line["event"] == "crash")
    assert "in crash" in crash["traceback"]
    assert "RuntimeError" in crash["error"]


@pytest.mark.asvs("v5.0.0-11.7.2")
async def test_a_crash_over_input_keeps_the_input_out_of_the_log(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await client.get("/api/crash/validation")
    problem_of(answer, 500, "internal_error")
    assert SECRET not in answer.text
    assert SECRET not in str(logs)
    assert any("ValidationError" in str(line.get("error")) for line in logs)


async def test_an_answer_that_has_begun_is_broken_off(client: httpx.AsyncClient) -> None:
    """The server closes the connection over the error; a second answer must not be glued to the first."""
    with capture_logs() as logs, pytest.raises(RuntimeError, match=SECRET):
        await client.get("/api/crash/late")
    assert any(line["event"] == "crash" for line in logs)


async def test_a_failure_tells_its_wait_in_the_body_and_the_header(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await client.get("/api/busy")
    assert problem_of(answer, 503, "busy")["retry_after"] == 7
    assert answer.headers["retry-after"] == "7"
    assert "pool" not in answer.text
    assert any("the pool is empty" in str(line.get("cause")) for line in logs)


async def test_a_401_names_the_scheme(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/private")
    problem_of(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/api/none", "/api/", "/api/people/", "/nowhere", "/api/%00", "/api/..%2f..%2fetc"])
async def test_an_unknown_address_is_a_problem(client: httpx.AsyncClient, path: str) -> None:
    problem_of(await client.get(path), 404, "not_found")


async def test_an_unknown_api_address_is_a_problem_for_browsers_too(client: httpx.AsyncClient) -> None:
    problem_of(await client.get("/api/none", headers={"accept": "text/html"}), 404, "not_found")


async def test_a_405_lists_all_methods_of_the_address(client: httpx.AsyncClient) -> None:
    answer = await client.put("/api/twice", json={})
    problem_of(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, DELETE"


async def test_the_words_of_the_framework_are_not_passed_on(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/teapot")
    problem_of(answer, 418, "i_m_a_teapot")
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("change", "pointer", "message"),
    [
        ({"email": "x" * 300 + "@example.org"}, "/email", "Use at most 254 characters."),
        ({"email": "nobody"}, "/email", "Enter an e-mail address, such as name@example.org."),
        ({"email": 7}, "/email", "This must be text."),
        ({"password": SECRET[:10]}, "/password", "Use at least 15 characters."),
        ({"password": f"{SECRET} with spaces"}, "/password", "Leave out the spaces."),
        ({"password": SECRET * 20}, "/password", "Use at most 256 characters."),
        ({"remember": "yes"}, "/remember", "This must be true or false."),
        ({"is/admin~": True}, "/is~1admin~0", "This field is not known here."),
        ({"k" * 5000: True}, "", "This field is not known here."),
        ({"password": "abc\0" * 10}, "/password", "This text contains a character that cannot be stored."),
    ],
)
async def test_a_refused_field_is_told_in_our_words_without_the_input(
    client: httpx.AsyncClient, change: dict[str, object], pointer: str, message: str
) -> None:
    answer = await client.post("/api/people", json=GOOD | change)
    assert problem_of(answer, 422, "validation_failed")["errors"] == [{"pointer": pointer, "message": message}]
    assert SECRET[:10] not in answer.text
    assert len(answer.content) < 1000


async def test_all_refused_fields_are_told_at_once_and_not_without_end(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/people", json={f"field{number}": 1 for number in range(500)})
    errors = problem_of(answer, 422, "validation_failed")["errors"]
    assert {"pointer": "/email", "message": "This field is required."} in errors
    assert len(errors) == 20


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"7", b"null", b"true"])
async def test_a_body_that_is_no_object_is_refused_as_a_whole(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/api/people", content=body, headers={"content-type": "application/json"})
    assert problem_of(answer, 422, "validation_failed")["errors"][0]["pointer"] == ""


async def test_a_missing_body_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/people")
    assert problem_of(answer, 422, "validation_failed")["errors"] == [
        {"pointer": "", "message": "This field is required."}
    ]


async def test_a_query_parameter_is_named_by_its_place(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/twice?limit=100")
    assert problem_of(answer, 422, "validation_failed")["errors"] == [
        {"pointer": "/query/limit", "message": "This must be at most 50."}
    ]


async def test_good_requests_pass(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/people", json=GOOD)
    assert (answer.status_code, answer.json()) == (201, {"length": 20})


async def test_the_request_id_is_ours_whatever_the_caller_sends(app: FastAPI) -> None:
    async with client_of(app) as client:
        theirs = "0190a000-0000-7000-8000-000000000000"
        first = await client.get("/api/id", headers={"x-request-id": theirs})
        second = await client.get("/api/id")
    assert first.json()["id"] == first.headers["x-request-id"] != theirs
    assert UUID(first.json()["id"]).version == 7
    assert first.json()["id"] < second.json()["id"]


async def test_a_problem_is_readable_as_json_in_utf_8(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/none")
    assert json.loads(answer.content.decode())["title"] == "There is nothing at this address."
