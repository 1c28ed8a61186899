"""The probes: the process answers, and it can do its work."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from doorstep.web.health import health_router
from tests.web.app import SECRET, client_of, make_app


async def fine() -> None:
    return None


async def broken() -> None:
    raise ConnectionError(SECRET)


async def endless() -> None:
    await asyncio.Event().wait()


async def test_the_process_answers() -> None:
    async with client_of(make_app(checks={"database": broken})) as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_ready_when_all_parts_are(method: str) -> None:
    async with client_of(make_app(checks={"database": fine, "migrations": fine, "keys": fine})) as client:
        answer = await client.request(method, "/readyz")
    assert answer.status_code == 200
    if method == "GET":
        assert answer.json() == {
            "status": "ready",
            "checks": {"database": "ok", "migrations": "ok", "keys": "ok"},
        }


async def test_not_ready_names_the_part_and_only_the_log_tells_why() -> None:
    async with client_of(make_app(checks={"database": broken, "keys": fine})) as client:
        with capture_logs() as logs:
            answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not_ready", "checks": {"database": "failed", "keys": "ok"}}
    assert SECRET in str(logs)


async def test_a_check_that_hangs_counts_as_failed() -> None:
    app = FastAPI()
    app.include_router(health_router({"database": endless}, seconds=0.01))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        assert (await client.get("/readyz")).json()["checks"] == {"database": "failed"}
