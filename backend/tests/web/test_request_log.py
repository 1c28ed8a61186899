"""One line for each request, which finds everything and holds no secret."""

from collections.abc import Mapping

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from doorstep.kit.logs import BOUND
from tests.web.app import client_of


@pytest.mark.asvs("v5.0.0-14.2.1")
async def test_a_request_is_one_line_without_its_query(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await client.get("/api/twice?token=verysecret", headers={"authorization": "Bearer verysecret"})
    assert answer.status_code == 200
    assert len(logs) == 1
    line = logs[0]
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/api/twice", 200)
    assert line["address"] == "127.0.0.1"
    assert line["ms"] >= 0
    assert "verysecret" not in str(logs)


async def test_probes_are_logged_at_debug(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await client.get("/healthz")
    assert [line["log_level"] for line in logs] == ["debug"]


@pytest.mark.parametrize(("sent", "bound"), [("abc-123_X", "abc-123_X"), ("a" * 65, None), ("a b", None), ("", None)])
async def test_only_a_harmless_foreign_id_reaches_the_log(app: FastAPI, sent: str, bound: str | None) -> None:
    seen: list[Mapping[str, object]] = []

    @app.get("/api/context")
    async def context() -> None:
        seen.append(BOUND.get())

    async with client_of(app) as client:
        answer = await client.get("/api/context", headers={"x-request-id": sent})
    assert seen[0].get("caller_request_id") == bound
    assert seen[0]["request_id"] == answer.headers["x-request-id"]
    assert BOUND.get() == {}
