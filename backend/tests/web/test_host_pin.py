"""The host is the public one; loopback addresses lead to it, and nothing leads anywhere else."""

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message

from doorstep.settings import Settings
from tests.web.app import client_of, make_app
from tests.web.test_problems import problem_of


@pytest.mark.parametrize("host", ["localhost:8000", "LocalHost:8000"])
async def test_the_public_host_is_served(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/api/twice", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost", "localhost:8001", "localhost:8000.evil.example", "127.0.0.1", "127.0.0.1:9", "::1"],
)
async def test_another_host_is_refused(client: httpx.AsyncClient, host: str) -> None:
    problem_of(await client.get("/", headers={"host": host}), 421, "wrong_host")


@pytest.mark.asvs("v5.0.0-15.3.7")
async def test_two_hosts_are_refused(client: httpx.AsyncClient) -> None:
    request = client.build_request("GET", "/", headers=[("host", "localhost:8000"), ("host", "evil.example")])
    problem_of(await client.send(request), 421, "wrong_host")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000"])
@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        (b"/", b"", "/"),
        (b"/login", b"next=%2Fdashboard&a=b", "/login?next=%2Fdashboard&a=b"),
        (b"/a%20b/%2e%2e/c", b"", "/a%20b/%2e%2e/c"),
        (b"//evil.example/", b"", "//evil.example/"),
        (b"/\\evil.example", b"", "/%5Cevil.example"),
        (b"@evil.example/", b"", "/@evil.example/"),
        (b".evil.example/", b"", "/.evil.example/"),
        (b"/", b"a=\r\nset-cookie:x", "/?a=%0D%0Aset-cookie:x"),
        (b"/\xff", b"\xff", "/%FF?%FF"),
    ],
)
@pytest.mark.asvs("v5.0.0-1.2.2", "v5.0.0-3.7.2")
async def test_loopback_leads_to_the_name_and_keeps_the_address(
    host: str, path: bytes, query: bytes, expected: str
) -> None:
    location = await _redirect(host, path, query)
    assert location == "http://localhost:8000" + expected
    assert httpx.URL(location).host == "localhost"


async def _redirect(host: str, path: bytes, query: bytes) -> str:
    """Where a request is sent, with a target that no client library would send as it stands."""
    sent: list[Message] = []

    async def keep(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        raise AssertionError("a redirect reads no body")

    scope = {
        "type": "http",
        "method": "GET",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": [(b"host", host.encode())],
    }
    await make_app()(scope, nothing, keep)
    assert sent[0]["status"] == 308
    headers: dict[bytes, bytes] = dict(sent[0]["headers"])
    return headers[b"location"].decode()


async def test_a_post_to_loopback_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/anything", json={}, headers={"host": "127.0.0.1:8000"})
    problem_of(answer, 421, "wrong_host")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_probes_answer_under_any_name(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path, headers={"host": "10.2.3.4:8000"})).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"), [("door.example.org", 200), ("door.example.org:443", 200), ("door.example.org:80", 421)]
)
async def test_the_default_port_may_be_spelled_out(host: str, status: int) -> None:
    app: FastAPI = make_app(Settings(public_url="https://door.example.org"))
    async with client_of(app) as client:
        assert (await client.get("/api/twice", headers={"host": host})).status_code == status
        assert (await client.get("/api/twice", headers={"host": "127.0.0.1:443"})).status_code == 421
