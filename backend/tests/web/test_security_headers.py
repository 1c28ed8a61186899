"""The protective headers are on every answer, whatever came of the request."""

import httpx
import pytest

from doorstep.settings import Settings
from tests.web.app import client_of, make_app

EVERYWHERE = {
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/api/twice", {}, 200),
        ("DELETE", "/api/twice", {}, 204),
        ("GET", "/", {}, 200),
        ("GET", "/_next/static/chunks/a1b2.js", {}, 200),
        ("GET", "/", {"if-none-match": "*"}, 304),
        ("GET", "/nowhere", {"accept": "text/html"}, 404),
        ("GET", "/nowhere", {}, 404),
        ("PATCH", "/api/twice", {}, 405),
        ("GET", "/", {"host": "127.0.0.1:8000"}, 308),
        ("GET", "/", {"host": "evil.example"}, 421),
        ("POST", "/api/people", {"content-length": "99999999"}, 413),
        ("GET", "/api/crash", {}, 500),
        ("GET", "/healthz", {}, 200),
    ],
)
@pytest.mark.asvs("v5.0.0-3.4.4", "v5.0.0-3.4.5", "v5.0.0-3.4.6", "v5.0.0-3.4.8", "v5.0.0-3.5.8", "v5.0.0-13.4.6")
async def test_every_answer_carries_them(
    client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await client.request(method, path, headers=headers)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "publickey-credentials-get=(self)" in answer.headers["permissions-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"]
    assert answer.headers["x-request-id"]
    assert "access-control-allow-origin" not in answer.headers
    assert "strict-transport-security" not in answer.headers
    assert "server" not in answer.headers
    assert len({name for name, _ in answer.headers.raw}) == len(answer.headers.raw)


@pytest.mark.asvs("v5.0.0-3.2.1", "v5.0.0-14.2.2", "v5.0.0-14.3.2")
async def test_what_the_api_says_is_not_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/twice")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.asvs("v5.0.0-3.4.1")
async def test_https_is_remembered_where_people_come_by_it() -> None:
    async with client_of(
        make_app(Settings(public_url="https://door.example.org")), "https://door.example.org"
    ) as client:
        for path in ("/api/twice", "/api/none", "/api/crash"):
            answer = await client.get(path)
            assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.asvs("v5.0.0-3.4.2")
async def test_other_sites_may_not_read_answers(client: httpx.AsyncClient) -> None:
    answer = await client.options(
        "/api/people", headers={"origin": "https://evil.example", "access-control-request-method": "POST"}
    )
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
