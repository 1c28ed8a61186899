"""Addresses that others look for: password managers, and people who found a hole."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from doorstep.main import create_app
from tests.api.conftest import ORIGIN, SAME_ORIGIN
from tests.builders import SECRET, HandClock, settings_for

CONTACT = "mailto:security@example.org"


@pytest.fixture
async def reachable(dsn: str, tmp_path: Path, clock: HandClock) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a product whose operator has named a contact."""
    settings = settings_for(dsn, tmp_path, security_contact=CONTACT)
    made = create_app(settings, dsn, SECRET.encode(), clock)
    async with made.router.lifespan_context(made), browsing(made) as client:
        yield client


def browsing(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, headers=SAME_ORIGIN)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_password_managers_are_led_to_the_security_page(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, "/.well-known/change-password")
    assert (answer.status_code, answer.headers["location"]) == (302, "/dashboard/security/")


async def test_security_txt_has_what_rfc_9116_asks_for(reachable: httpx.AsyncClient) -> None:
    answer = await reachable.get("/.well-known/security.txt")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields | {"Expires": ""} == {
        "Contact": CONTACT,
        "Expires": "",
        "Preferred-Languages": "en",
        "Canonical": f"{ORIGIN}/.well-known/security.txt",
    }
    expires, now = datetime.fromisoformat(fields["Expires"]), datetime.now(UTC)
    assert now + timedelta(days=100) < expires < now + timedelta(days=365)
    head = await reachable.head("/.well-known/security.txt")
    assert (head.status_code, head.content) == (200, b"")


async def test_there_is_no_security_txt_without_a_contact(http: httpx.AsyncClient) -> None:
    answer = await http.get("/.well-known/security.txt")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("contact", ["mailto:ada@example.org", "https://example.org/security?topic=hole#report"])
def test_contact_is_mail_or_https(tmp_path: Path, contact: str) -> None:
    assert settings_for(None, tmp_path, security_contact=contact).security_contact == contact


@pytest.mark.parametrize(
    "contact",
    ["", "ada@example.org", "http://example.org", "mailto:ada", "https://a b", "javascript:x",
     "https://example.org\nContact: mailto:eve@example.org", "https://example.org\n"],
)  # fmt: skip
def test_any_other_contact_is_refused(tmp_path: Path, contact: str) -> None:
    with pytest.raises(ValidationError, match=r"such as mailto:security@example\.org"):
        settings_for(None, tmp_path, security_contact=contact)
