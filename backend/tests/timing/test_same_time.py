"""Unknown, wrong, disabled, without a password and not verified yet take the same time at the log-in.

So do new and taken addresses at a private sign-up.

Measured from outside, through the whole application, with a hash that costs more than everything else together.
Both tests have a control that stays: an application whose hasher leaves the decoy out must be found out.
"""

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import argon2
import httpx
import pytest
from fastapi import FastAPI

from doorstep.audit.models import OPERATOR
from doorstep.kit.hash_queue import Place
from doorstep.kit.hashing import PasswordHasher, Verified
from doorstep.login.service import Login
from doorstep.mail.policy import MOST_AN_HOUR
from doorstep.main import create_app
from doorstep.notices.service import Notices
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.settings import PasswordSettings, Settings, ThrottleSettings
from tests.builders import GOOD_PASSWORD, SECRET, HandClock, settings_for
from tests.timing.comparing import differences, taken_in_turns

ROUNDS = 300
SIGNUP_ROUNDS = 150
CONTROL_ROUNDS = 60
PEOPLE = 5
WRONG = "not the right password"
# About 8 ms on the machine this was written on: half a log-in, a fifth of what is shipped.
COSTLY_ENOUGH = PasswordSettings(hash_memory_kib=4096, hash_time_cost=2, hash_slots=1)
NO_LIMITS = ThrottleSettings(free_failures=0, lock_after=0, network_free=0, network_limit=0)


class WithoutDecoy(PasswordHasher):
    """The fault this test is for: nobody's password costs nothing."""

    async def matches(
        self, password: str, stored: str | None, place: Place | None = None, *, renew: bool = True
    ) -> Verified:
        """As the real one, except for nobody."""
        if stored is None:
            return Verified(ok=False)
        return await super().matches(password, stored, place, renew=renew)


@pytest.fixture
def settings(dsn: str, tmp_path: Path) -> Settings:
    return settings_for(dsn, tmp_path, passwords=COSTLY_ENOUGH, throttle=NO_LIMITS, signup_disclosure="private")


def to_be_renewed() -> str:
    """A hash of the good password that costs what a new one costs, and is replaced where a log-in succeeds."""
    cost, memory = COSTLY_ENOUGH.hash_time_cost, COSTLY_ENOUGH.hash_memory_kib
    return argon2.PasswordHasher(time_cost=cost, memory_cost=memory, parallelism=1, hash_len=24).hash(GOOD_PASSWORD)


@asynccontextmanager
async def running(settings: Settings, dsn: str) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """The application with some users, some of whom are disabled."""
    app = create_app(settings, dsn, SECRET.encode(), HandClock())
    transport = httpx.ASGITransport(app, client=("203.0.113.7", 40_000))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=settings.origin) as http,
    ):
        services = app.state.services
        for number in range(PEOPLE):
            for kind in ("present", "blocked", "dropped"):
                await services.sign_up.create(f"{kind}{number}@example.org", GOOD_PASSWORD, OPERATOR)
            await services.users.disable(f"blocked{number}@example.org", OPERATOR)
            await services.sign_up.register_quietly(f"fresh{number}@example.org", GOOD_PASSWORD, client=OPERATOR)
        async with services.database.transaction() as tx:
            await tx.execute("UPDATE users SET password_hash = $1 WHERE password_hash IS NOT NULL", to_be_renewed())
            await tx.execute("UPDATE users SET password_hash = NULL WHERE email LIKE 'dropped%'")
        yield app, http


def attempts(http: httpx.AsyncClient, kind: str, password: str) -> Callable[[int], Awaitable[None]]:
    """Log-ins of this kind, a few addresses in turn."""

    async def attempt(number: int) -> None:
        body = {"email": f"{kind}{number % PEOPLE}@example.org", "password": password}
        answer = await http.post("/api/v1/auth/login", json=body)
        assert answer.json()["code"] == "invalid_credentials"

    return attempt


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_unknown_wrong_and_disabled_take_the_same_time(settings: Settings, dsn: str) -> None:
    async with running(settings, dsn) as (_, http):
        kinds = {
            "unknown": attempts(http, "missing", WRONG),
            "wrong": attempts(http, "present", WRONG),
            "disabled": attempts(http, "blocked", GOOD_PASSWORD),
            "without a password": attempts(http, "dropped", WRONG),
            "not verified yet": attempts(http, "fresh", GOOD_PASSWORD),
        }
        found = differences(await taken_in_turns(kinds, ROUNDS))
    assert not [difference for difference in found if difference.visible], found


async def test_without_the_decoy_hash_the_unknown_would_show(settings: Settings, dsn: str) -> None:
    async with running(settings, dsn) as (app, http):
        real = app.state.services
        hasher = WithoutDecoy(settings.passwords, workers=1)
        tokens = OneTimeTokens(real.database, bytes(32))
        notices = Notices(tokens, real.outbox, settings.origin, settings.sessions.most_live)
        faulty = Login(real.database, HandClock(), hasher, real.throttle, real.sessions, notices, real.second_factors)
        app.state.services = dataclasses.replace(real, login=faulty)
        kinds = {"unknown": attempts(http, "missing", WRONG), "wrong": attempts(http, "present", WRONG)}
        [found] = differences(await taken_in_turns(kinds, CONTROL_ROUNDS))
        hasher.close()
    assert found.visible
    assert found.superiority < 0.1


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_a_private_sign_up_takes_the_same_time_for_new_and_taken_addresses(settings: Settings, dsn: str) -> None:
    async def sign_up(email: str) -> None:
        body = {"email": email, "password": "five quiet words for everybody"}
        answer = await http.post("/api/v1/auth/signup", json=body)
        assert answer.status_code == 202

    async with running(settings, dsn) as (app, http):
        # So many that none gets more mails than one may in an hour; after that a sign-up is a mail quicker.
        owners = SIGNUP_ROUNDS // MOST_AN_HOUR + 1
        for number in range(owners):
            await app.state.services.sign_up.create(f"owner{number}@example.org", GOOD_PASSWORD, OPERATOR)
        async with app.state.services.database.transaction() as tx:
            await tx.execute("UPDATE users SET email_verified_at = created_at WHERE email LIKE 'owner%'")
        kinds: dict[str, Callable[[int], Awaitable[None]]] = {
            "new": lambda number: sign_up(f"new{number:04}@example.org"),
            "taken": lambda number: sign_up(f"owner{number % owners}@example.org"),
        }
        [found] = differences(await taken_in_turns(kinds, SIGNUP_ROUNDS))
    assert not found.visible, found
