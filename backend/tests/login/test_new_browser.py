"""A browser that the user was not known in: the owner is told, with the session that began there, and nobody else."""

import asyncio

import pytest

from doorstep.login.models import Browser, LoggedIn
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA, link_token, mails
from tests.world import PHONE, World

NEW_PASSWORD = "eleven loud geese at dusk"


async def log_in(world: World, known: LoggedIn | None = None, password: str = GOOD_PASSWORD) -> LoggedIn:
    """From the browser of an earlier log-in, or from a new one."""
    browser = Browser(known.device_id if known else None)
    return await world.services.login.with_password(ADA, password, remember=False, client=PHONE, browser=browser)


async def told(world: World) -> int:
    return sum("Somebody logged in with" in mail for mail in await mails(world, ADA))


@pytest.mark.asvs("v5.0.0-6.3.5")
async def test_the_owner_is_told_of_a_new_browser_once(world: World) -> None:
    await world.user()
    first = await log_in(world)
    assert await told(world) == 0  # there is nobody to tell apart from
    second = await log_in(world)
    assert second.device_id != first.device_id
    assert await told(world) == 1
    for known in (first, second, first):
        await log_in(world, known)
    assert await told(world) == 1


async def test_of_first_log_ins_at_once_all_but_one_are_told(world: World) -> None:
    """Whoever of two came second is told, even where neither saw the other begin."""
    await world.user()
    await world.ready_connections()
    await asyncio.gather(*(log_in(world) for _ in range(4)))
    assert await world.scalar("SELECT count(*) FROM known_devices") == 4
    assert await told(world) == 3


async def test_a_browser_of_one_person_is_new_to_another(world: World) -> None:
    await world.user()
    await log_in(world)
    await world.user("bea@example.org")
    beas = await world.services.login.with_password("bea@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    await log_in(world, beas)
    assert await told(world) == 1


async def test_a_browser_that_was_forgotten_is_new_again(world: World) -> None:
    await world.user()
    await log_in(world)
    thief = await log_in(world)
    [mail] = await mails(world, ADA)
    taken_back = await world.services.recovery.not_me(link_token(mail, "verify", "not-me"), PHONE)
    assert taken_back.reset_token is not None
    await world.services.recovery.reset(taken_back.reset_token, NEW_PASSWORD, PHONE)
    await log_in(world, thief, NEW_PASSWORD)
    assert await told(world) == 2


async def test_no_session_without_its_mail(world: World) -> None:
    """The mail cannot be written: nobody is in, and no browser is known."""
    await world.user()
    known = await log_in(world)
    await world.scalar("ALTER TABLE outbox RENAME TO gone")
    with pytest.raises(Exception, match="outbox"):
        await log_in(world)
    assert await world.scalar("SELECT count(*) FROM sessions") == 1
    assert await world.scalar("SELECT count(*) FROM known_devices") == 1
    assert (await log_in(world, known)).device_id == known.device_id
