"""The mirror shows the operator what the server saw; to everybody else `/healthz` is as it was."""

import json

import httpx
import pytest
from fastapi import FastAPI

from doorstep.kit.clock import utc_now
from doorstep.kit.operator_pass import make_pass
from doorstep.settings import Settings
from doorstep.web import stack

KEY = b"k" * 32
PEER = ("192.0.2.9", 40_000)


async def ask(path: str, headers: list[tuple[str, str]], *, proxies: int = 0) -> httpx.Response:
    app = FastAPI(openapi_url=None)
    stack.install(app, Settings(trusted_proxies=proxies), {}, mirror=KEY)
    transport = httpx.ASGITransport(app, client=PEER)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        return await client.get(path, headers=headers)


def with_pass(key: bytes = KEY) -> list[tuple[str, str]]:
    return [("X-Doorstep-Doctor", make_pass(key, utc_now()))]


async def test_the_operator_sees_the_chain_and_the_address() -> None:
    chain = [("X-Forwarded-For", "198.51.100.77, 203.0.113.7"), ("X-Forwarded-For", "10.0.0.1")]
    answer = await ask("/healthz", with_pass() + chain, proxies=2)
    assert json.loads(answer.headers["x-doorstep-saw"]) == {
        "address": "203.0.113.7",
        "forwarded": ["198.51.100.77", "203.0.113.7", "10.0.0.1"],
    }
    assert answer.json() == {"status": "ok"}
    alone = await ask("/healthz", with_pass())
    assert json.loads(alone.headers["x-doorstep-saw"]) == {"address": PEER[0], "forwarded": []}
    emptied = await ask("/healthz", [*with_pass(), ("X-Forwarded-For", "")])
    assert json.loads(emptied.headers["x-doorstep-saw"]) == {"address": PEER[0], "forwarded": [""]}


@pytest.mark.parametrize(
    "headers", [[], with_pass(b"o" * 32), [("X-Doorstep-Doctor", "1")], [("X-Doorstep-Doctor", "")]]
)
async def test_nobody_else_sees_anything(headers: list[tuple[str, str]]) -> None:
    answer = await ask("/healthz", headers)
    assert answer.status_code == 200
    assert "x-doorstep-saw" not in answer.headers


@pytest.mark.parametrize("path", ["/readyz", "/api/v1/nothing", "/"])
async def test_it_hangs_in_one_place(path: str) -> None:
    assert "x-doorstep-saw" not in (await ask(path, with_pass())).headers


async def test_what_a_caller_wrote_stays_inside_the_line() -> None:
    answer = await ask("/healthz", [*with_pass(), ("X-Forwarded-For", 'a"b\\c, {"x": 1}')])
    assert json.loads(answer.headers["x-doorstep-saw"])["forwarded"] == ['a"b\\c', '{"x": 1}']
