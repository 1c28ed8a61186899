"""Whoever goes on right after a refusal costs no statement, and gets no faster than one answer a moment."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from doorstep.failure import Failure
from doorstep.kit.database import Database
from doorstep.login.failures import InvalidCredentials
from doorstep.login.models import LoggedIn
from doorstep.settings import ThrottleSettings
from doorstep.throttle.failures import ProofRequired, TooManyAttempts
from doorstep.throttle.models import SpentProof
from doorstep.throttle.recent_refusals import MOST_REMEMBERED, RecentRefusals
from tests import virtual_time
from tests.builders import GOOD_PASSWORD, START, HandClock, settings_for
from tests.login.test_throttle import ADA, WRONG, attempt, from_network
from tests.world import PHONE, World, world_over

MOMENT = timedelta(seconds=0.3)


@pytest.fixture
async def held(dsn: str, database: Database, clock: HandClock, tmp_path: Path) -> AsyncIterator[World]:
    """A product that remembers refusals for a moment, with low limits."""
    limits = ThrottleSettings(refusal_moment=MOMENT, free_failures=2, network_free=3)
    made = await world_over(database, clock, settings_for(dsn, tmp_path, throttle=limits))
    yield made
    made.services.close()


async def seconds_of(world: World, password: str = WRONG, **about: object) -> tuple[float, LoggedIn | type[Failure]]:
    begun = time.perf_counter()
    outcome = await attempt(world, password, **about)  # type: ignore[arg-type]  # passed on as they are
    return time.perf_counter() - begun, outcome


async def refused_at(recent: RecentRefusals, subject: bytes) -> float:
    """When a try at `START` is told, in seconds of the running loop."""
    with pytest.raises(ProofRequired):
        await recent.hold_back(subject, START)
    return asyncio.get_running_loop().time()


async def closed(world: World) -> None:
    """The network of `attempt` is refused."""
    for number in range(3):
        assert await attempt(world, WRONG, email=f"a{number}@example.org") is InvalidCredentials
    assert await attempt(world, WRONG, email="b@example.org") is ProofRequired


async def counted(world: World) -> object:
    return await world.scalar("SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM throttle t")


@pytest.mark.asvs("v5.0.0-15.2.2")
async def test_the_next_try_waits_out_the_moment_and_costs_no_statement(held: World) -> None:
    await closed(held)
    before = await counted(held)
    held.clock.advance(seconds=0.1)
    took, outcome = await seconds_of(held, email="c@example.org")
    assert outcome is ProofRequired
    assert took >= 0.19
    assert await counted(held) == before


def test_a_crowd_that_was_refused_at_once_does_not_come_back_at_once() -> None:
    recent = RecentRefusals(MOMENT)
    recent.note(b"a", ProofRequired(), START)

    async def crowd() -> list[float]:
        return await asyncio.gather(*(refused_at(recent, b"a") for _ in range(20)))

    moment = MOMENT.total_seconds()
    told = sorted(virtual_time.run(crowd()))
    assert moment <= told[0] <= told[-1] <= 2 * moment
    assert told[-1] - told[0] > moment / 3


async def test_after_the_moment_the_database_is_asked_again(held: World) -> None:
    await closed(held)
    before = await counted(held)
    held.clock.now += MOMENT
    assert await attempt(held, WRONG, email="c@example.org") is ProofRequired
    assert await counted(held) != before
    held.clock.advance(minutes=1)
    assert await attempt(held, WRONG, email="c@example.org") is InvalidCredentials


async def test_a_proof_of_work_is_looked_at_at_once(held: World) -> None:
    await held.user()
    await closed(held)
    proof = SpentProof(UUID(int=1), START + timedelta(hours=1))
    assert isinstance(await attempt(held, GOOD_PASSWORD, proof=proof), LoggedIn)


async def test_other_networks_addresses_and_browsers_are_not_held(held: World) -> None:
    await held.user()
    known = await attempt(held, GOOD_PASSWORD)
    assert isinstance(known, LoggedIn)
    for number in (1, 2):
        await attempt(held, WRONG, client=from_network(number))
    assert await attempt(held, WRONG, client=from_network(3)) is TooManyAttempts
    assert await attempt(held, WRONG, client=from_network(4), email="b@example.org") is InvalidCredentials
    assert isinstance(await attempt(held, GOOD_PASSWORD, client=PHONE, device_id=known.device_id), LoggedIn)
    before = await counted(held)
    assert await attempt(held, GOOD_PASSWORD, client=from_network(5)) is TooManyAttempts
    assert await counted(held) == before


async def test_sign_ups_of_a_refused_network_are_held_too(held: World) -> None:
    await closed(held)
    before = await counted(held)
    with pytest.raises(ProofRequired):
        await held.services.sign_up.register("new@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    assert await counted(held) == before


async def test_unlocking_is_felt_at_once(held: World) -> None:
    await held.user()
    for number in (1, 2):
        await attempt(held, WRONG, client=from_network(number))
    assert await attempt(held, WRONG, client=from_network(3)) is TooManyAttempts
    await held.services.throttle.unlock(ADA, PHONE)
    assert isinstance(await attempt(held, GOOD_PASSWORD, client=from_network(3)), LoggedIn)


def test_a_refusal_is_not_remembered_beyond_what_it_told_to_wait() -> None:
    recent = RecentRefusals(timedelta(seconds=10))

    async def after_it_and_before() -> None:
        recent.note(b"a", TooManyAttempts(retry_after=1), START)
        await recent.hold_back(b"a", START + timedelta(seconds=1))
        recent.note(b"a", TooManyAttempts(retry_after=1), START)
        with pytest.raises(TooManyAttempts) as told:
            await recent.hold_back(b"a", START + timedelta(seconds=0.99))
        assert told.value.retry_after == 1

    virtual_time.run(after_it_and_before())


def test_memory_and_waiting_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    recent = RecentRefusals(MOMENT)
    for number in range(MOST_REMEMBERED + 1):
        recent.note(b"%d" % number, ProofRequired(), START)
    monkeypatch.setattr("doorstep.throttle.recent_refusals.MOST_HELD", 1)

    async def one_too_many() -> tuple[float, float]:
        await recent.hold_back(b"0", START)  # the oldest went
        return await asyncio.gather(refused_at(recent, b"1"), refused_at(recent, b"1"))

    first, second = virtual_time.run(one_too_many())
    assert first >= MOMENT.total_seconds()
    assert second == 0
