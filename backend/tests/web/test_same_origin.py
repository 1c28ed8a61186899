"""Refresh and log-out act on the cookie, so only our own page may ask for them."""

import httpx
import pytest

from tests.web.app import ORIGIN
from tests.web.test_problems import problem_of

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("site", [{}, {"sec-fetch-site": "same-origin"}])
async def test_our_own_page_passes(client: httpx.AsyncClient, site: dict[str, str]) -> None:
    answer = await client.post("/api/cookie", content=b"{}", headers={"origin": ORIGIN, **JSON, **site})
    assert answer.json() == {"passed": True}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8001"},
        {"origin": "https://localhost:8000"},
        {"origin": ORIGIN + ".evil.example"},
        {"origin": ORIGIN, "sec-fetch-site": "same-site"},
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
        {"origin": ORIGIN, "sec-fetch-site": "none"},
    ],
)
@pytest.mark.asvs("v5.0.0-3.5.1")
async def test_anybody_else_is_refused(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    problem_of(await client.post("/api/cookie", content=b"{}", headers={**JSON, **headers}), 403, "cross_origin")


@pytest.mark.asvs("v5.0.0-3.5.2")
async def test_a_form_is_refused_even_without_a_body(client: httpx.AsyncClient) -> None:
    problem_of(await client.post("/api/cookie", headers={"origin": ORIGIN}), 415, "unsupported_media_type")
