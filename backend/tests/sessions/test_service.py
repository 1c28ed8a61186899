import asyncio
from datetime import timedelta

import pytest

from doorstep.kit import base64url
from doorstep.sessions.failures import SessionEnded, Unauthenticated
from doorstep.sessions.models import Grant
from tests.builders import GOOD_PASSWORD
from tests.world import PHONE, World


async def log_in(world: World, *, remember: bool = False) -> Grant:
    login = world.services.login
    return (await login.with_password("ada@example.org", GOOD_PASSWORD, remember=remember, client=PHONE)).grant


async def test_a_refresh_token_is_exchanged_for_its_successor(world: World) -> None:
    await world.user()
    first = await log_in(world)
    second = await world.services.sessions.refresh(first.refresh_token, PHONE)
    assert second.refresh_token != first.refresh_token
    assert (await world.services.gate.identify(second.access_token)).session_id == first.session_id


async def test_within_the_grace_the_same_successor_is_sent_again(world: World) -> None:
    await world.user()
    first = await log_in(world)
    second = await world.services.sessions.refresh(first.refresh_token, PHONE)
    world.clock.advance(seconds=29)
    again = await world.services.sessions.refresh(first.refresh_token, PHONE)
    assert again.refresh_token == second.refresh_token


@pytest.mark.asvs("v5.0.0-10.4.5")
async def test_a_replayed_token_ends_the_session_for_owner_and_thief(world: World) -> None:
    await world.user()
    first = await log_in(world)
    second = await world.services.sessions.refresh(first.refresh_token, PHONE)
    world.clock.advance(seconds=31)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(first.refresh_token, PHONE)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(second.refresh_token, PHONE)
    with pytest.raises(Unauthenticated):
        await world.services.gate.identify(second.access_token)
    assert await world.events("refresh_replayed") == [("refresh_replayed", "alarm")]


async def test_a_replay_is_told_once(world: World) -> None:
    await world.user()
    first = await log_in(world)
    await world.services.sessions.refresh(first.refresh_token, PHONE)
    world.clock.advance(seconds=31)
    for _ in range(3):
        with pytest.raises(SessionEnded):
            await world.services.sessions.refresh(first.refresh_token, PHONE)
    assert len(await world.events("refresh_replayed")) == 1


@pytest.mark.asvs("v5.0.0-7.2.1")
async def test_a_forged_token_neither_opens_nor_ends_a_session(world: World) -> None:
    """Who knows the id of a session, which is in every access token, but not its secret; of whatever generation."""
    await world.user()
    grant = await log_in(world)
    for _ in range(2):
        genuine = base64url.decode(grant.refresh_token)
        for generation in (0, 1, 2, 3, 2**32 - 1):
            forged = genuine[:16] + generation.to_bytes(4) + bytes(32)
            with pytest.raises(SessionEnded):
                await world.services.sessions.refresh(base64url.encode(forged), PHONE)
        grant = await world.services.sessions.refresh(grant.refresh_token, PHONE)
        world.clock.advance(seconds=31)
    assert await world.scalar("SELECT generation FROM sessions WHERE revoked_at IS NULL") == 3
    assert await world.events("refresh_replayed") == []


@pytest.mark.asvs("v5.0.0-7.4.1")
async def test_logging_out_ends_access_with_the_next_request(world: World) -> None:
    await world.user()
    grant = await log_in(world)
    await world.services.sessions.log_out(grant.refresh_token, PHONE)
    with pytest.raises(Unauthenticated):
        await world.services.gate.identify(grant.access_token)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(grant.refresh_token, PHONE)
    await world.services.sessions.log_out(grant.refresh_token, PHONE)
    assert await world.events("logged_out") == [("logged_out", "success")]


@pytest.mark.asvs("v5.0.0-7.4.2", "v5.0.0-8.3.2")
async def test_disabling_a_user_ends_access_with_the_next_request(world: World) -> None:
    await world.user()
    grant = await log_in(world)
    assert await world.services.users.disable("ADA@example.org", PHONE)
    with pytest.raises(Unauthenticated):
        await world.services.gate.identify(grant.access_token)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(grant.refresh_token, PHONE)


@pytest.mark.asvs("v5.0.0-7.3.1", "v5.0.0-7.3.2", "v5.0.0-10.4.8")
@pytest.mark.parametrize(
    ("remember", "idle", "absolute"),
    [(False, timedelta(hours=1), timedelta(hours=24)), (True, timedelta(days=14), timedelta(days=30))],
)
async def test_the_idle_and_the_absolute_end(
    world: World, remember: bool, idle: timedelta, absolute: timedelta
) -> None:
    await world.user()
    unused = await log_in(world, remember=remember)
    await world.later(idle)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(unused.refresh_token, PHONE)

    used, begun = await log_in(world, remember=remember), world.clock.now
    while world.clock.now + idle * 0.9 < begun + absolute:
        await world.later(idle * 0.9)
        used = await world.services.sessions.refresh(used.refresh_token, PHONE)
    await world.later(begun + absolute - world.clock.now)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(used.refresh_token, PHONE)


async def test_twenty_tabs_at_once_get_one_successor(world: World) -> None:
    """Real connections: each refresh opens its own transaction from the pool."""
    await world.user()
    first = await log_in(world)
    await world.ready_connections()
    grants = await asyncio.gather(*(world.services.sessions.refresh(first.refresh_token, PHONE) for _ in range(20)))
    assert len({grant.refresh_token for grant in grants}) == 1
    assert await world.scalar("SELECT generation FROM sessions") == 2


async def test_nothing_usable_lies_in_the_database(world: World) -> None:
    await world.user()
    grant = await log_in(world)
    dump = str(await world.scalar("SELECT string_agg(s::text, ' ') FROM sessions s"))
    assert grant.refresh_token not in dump
    assert grant.access_token not in dump
