"""The application as a caller meets it: real routes, real web layer, real database."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from doorstep.main import create_app
from tests.builders import GOOD_PASSWORD, SECRET, HandClock, settings_for

ORIGIN = "http://localhost:8000"
SAME_ORIGIN = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
ACCOUNT = {"email": "ada@example.org", "password": GOOD_PASSWORD}

Browser = Callable[[], httpx.AsyncClient]


@pytest.fixture
async def app(dsn: str, tmp_path: Path, clock: HandClock) -> AsyncIterator[FastAPI]:
    """The running application."""
    made = create_app(settings_for(dsn, tmp_path), dsn, SECRET.encode(), clock)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    """Makes browsers: each keeps its own cookies and says where its pages come from."""
    opened: list[httpx.AsyncClient] = []

    def new() -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=("203.0.113.7", 40_000)), base_url=ORIGIN, headers=SAME_ORIGIN
        )
        opened.append(client)
        return client

    yield new
    for client in opened:
        await client.aclose()


@pytest.fixture
def http(browser: Browser) -> httpx.AsyncClient:
    """One browser."""
    return browser()


@pytest.fixture
async def ada(http: httpx.AsyncClient) -> dict[str, str]:
    """A registered user in the `http` browser: what sign-up answered."""
    answer = await http.post("/api/v1/auth/signup", json=ACCOUNT)
    assert answer.status_code == 201, answer.text
    body: dict[str, str] = answer.json()
    return body


def bearer(token: str) -> dict[str, str]:
    """The header that carries an access token."""
    return {"Authorization": f"Bearer {token}"}
