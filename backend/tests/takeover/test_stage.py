"""The stage itself: what the other tests of takeovers stand on."""

from datetime import timedelta

import pytest

from tests.takeover.stage import Stage

OWNER = "ada@example.org"
OLD_EVENTS = "DELETE FROM audit_events WHERE user_id IS NOT NULL"


async def test_the_clock_moves_the_process_and_the_database_alike(stage: Stage) -> None:
    await stage.later(timedelta(days=100))
    assert abs((await stage.scalar("SELECT now()") - stage.clock.now).total_seconds()) < 60  # type: ignore[operator]
    assert stage.services.login._clock is stage.clock  # noqa: SLF001 -- the services go by the same


async def test_the_trail_lets_go_of_what_is_old_by_that_clock(stage: Stage) -> None:
    await stage.owner(OWNER)
    with pytest.raises(Exception, match="append only"):
        await stage.scalar(OLD_EVENTS)
    await stage.later(timedelta(days=91))
    await stage.scalar(OLD_EVENTS)
    assert await stage.scalar("SELECT count(*) FROM audit_events WHERE user_id IS NOT NULL") == 0


async def test_an_owner_is_known_in_the_laptop(stage: Stage) -> None:
    laptop = await stage.owner(OWNER)
    assert not await stage.links(OWNER, "verify/#not-me=")
    thief = stage.browser()
    await thief.log_in(OWNER)
    assert len(await stage.links(OWNER, "verify/#not-me=")) == 1
    assert await laptop.is_in()
    assert await thief.is_in()
