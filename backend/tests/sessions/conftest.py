"""The application with somebody signed in, and the forge of an attacker."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from jose import jwt

from doorstep.assembly import Services
from doorstep.sessions.failures import Unauthenticated
from tests.api.conftest import ada, app, bearer, browser, http
from tests.builders import HandClock
from tests.sessions.forge import Forge, forge_for

__all__ = ["ada", "app", "browser", "http"]

Believed = Callable[[Mapping[str, str]], Awaitable[list[str]]]


@pytest.fixture
def services(app: FastAPI) -> Services:
    found: Services = app.state.services
    return found


@pytest.fixture
async def forge(services: Services, ada: dict[str, str], clock: HandClock) -> Forge:
    """A forge whose unchanged token is believed: else nothing that is refused would prove anything."""
    claims = jwt.get_unverified_claims(ada["access_token"])
    made = await forge_for(services, clock.now, UUID(claims["sub"]), UUID(claims["sid"]))
    await services.gate.identify(made.token())
    return made


@pytest.fixture
def believed(http: httpx.AsyncClient, services: Services, forge: Forge) -> Believed:
    """Names of the tokens that are let in, by the verification itself or over HTTP; a crash counts too."""

    async def lets_in(token: str) -> bool:
        try:
            await services.access_tokens.verify(token)
        except Unauthenticated:
            return False
        return True

    async def let_in(tokens: Mapping[str, str]) -> list[str]:
        assert tokens
        found = []
        for name, token in tokens.items():
            answer = await http.get("/api/v1/users/me", headers=[(b"Authorization", b"Bearer " + token.encode())])
            refused = (answer.status_code, answer.json().get("code")) in REFUSALS
            if not refused or await lets_in(token):
                found.append(f"{name} ({answer.status_code})")
        control = await http.get("/api/v1/users/me", headers=bearer(forge.token()))
        assert control.status_code == 200
        return found

    return let_in


REFUSALS = {(401, "unauthenticated"), (431, "headers_too_large")}
