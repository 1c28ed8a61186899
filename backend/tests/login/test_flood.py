"""A crowd before the hash: who is known gets in past it, who is refused loses nothing by it, nobody jumps the queue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from doorstep.kit.database import Database
from doorstep.kit.hash_slots import Busy
from doorstep.login.models import Browser
from tests.builders import GOOD_PASSWORD, HandClock, settings_for
from tests.world import PHONE, World, world_over

ADA = "ada@example.org"
BOB = "bob@example.org"


@pytest.fixture
async def small(dsn: str, database: Database, clock: HandClock, tmp_path: Path) -> AsyncIterator[World]:
    """A product with one slot and four places to wait."""
    passwords = {"hash_memory_kib": 8, "hash_time_cost": 1, "hash_slots": 1, "hash_queue": 4}
    made = await world_over(database, clock, settings_for(dsn, tmp_path, passwords=passwords))
    yield made
    made.services.close()


def a_full_house(world: World) -> ExitStack:
    """Every place of the ordinary line is taken."""
    crowd = ExitStack()
    for _ in range(5):
        crowd.enter_context(world.services.hasher.place())
    return crowd


async def log_in(world: World, email: str, browser: Browser, password: str = GOOD_PASSWORD) -> Browser:
    logged_in = await world.services.login.with_password(email, password, remember=False, client=PHONE, browser=browser)
    return Browser(logged_in.device_id)


@pytest.mark.asvs("v5.0.0-15.2.2")
async def test_a_known_browser_gets_in_when_the_crowd_fills_the_house(small: World) -> None:
    await small.user()
    known = await log_in(small, ADA, Browser())
    with a_full_house(small):
        with pytest.raises(Busy):
            await log_in(small, ADA, Browser())
        assert await log_in(small, ADA, known) == known


async def test_a_browser_known_to_somebody_else_is_no_way_past_the_crowd(small: World) -> None:
    await small.user()
    await small.user(BOB)
    known_to_bob = await log_in(small, BOB, Browser())
    with a_full_house(small), pytest.raises(Busy):
        await log_in(small, ADA, known_to_bob)


async def test_who_is_told_busy_was_not_charged(small: World) -> None:
    await small.user()
    with a_full_house(small):
        for _ in range(20):
            with pytest.raises(Busy):
                await log_in(small, ADA, Browser(), "not the right password")
    assert await small.scalar("SELECT count(*) FROM throttle") == 0


async def test_every_place_is_free_again_after_a_crowd(small: World) -> None:
    await small.user()
    known = await log_in(small, ADA, Browser())
    attempts = [log_in(small, f"stranger{number}@example.org", Browser(), "wrong password here") for number in range(9)]
    outcomes = await asyncio.gather(*attempts, log_in(small, ADA, known), return_exceptions=True)
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert kinds == ["Browser", *["Busy"] * 4, *["InvalidCredentials"] * 5]
    a_full_house(small).close()  # five places can be taken
