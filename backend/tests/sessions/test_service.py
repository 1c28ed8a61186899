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


async def refreshed(world: World, token: str) -> Grant | None:
    try:
        return await world.services.sessions.refresh(token, PHONE)
    except SessionEnded:
        return None


@pytest.mark.asvs("v5.0.0-10.4.5")
async def test_a_replayed_token_ends_the_session_for_owner_and_thief(world: World) -> None:
    await world.user()
    first = await log_in(world)
    second = await world.services.sessions.refresh(first.refresh_token, PHONE)
    third = await world.services.sessions.refresh(second.refresh_token, PHONE)
    for token in (first.refresh_token, third.refresh_token):
        assert await refreshed(world, token) is None
    with pytest.raises(Unauthenticated):
        await world.services.gate.identify(third.access_token)
    assert await world.events("refresh_replayed") == [("refresh_replayed", "alarm")]


async def test_a_replay_is_told_once(world: World) -> None:
    await world.user()
    first = await log_in(world)
    second = await world.services.sessions.refresh(first.refresh_token, PHONE)
    await world.services.sessions.refresh(second.refresh_token, PHONE)
    for _ in range(3):
        assert await refreshed(world, first.refresh_token) is None
    assert len(await world.events("refresh_replayed")) == 1


@pytest.mark.asvs("v5.0.0-10.4.5")
@pytest.mark.parametrize("lost", [1, 2, 5])
async def test_lost_answers_throw_nobody_out(world: World, lost: int) -> None:
    """A closed lid, a tunnel: the answer never came, however often it was asked for."""
    await world.user()
    first = await log_in(world, remember=True)
    sent = {first.refresh_token}
    for _ in range(lost):
        sent.add((await world.services.sessions.refresh(first.refresh_token, PHONE)).refresh_token)
        await world.later(timedelta(hours=9))
    assert len(sent) == lost + 1
    came = await world.services.sessions.refresh(first.refresh_token, PHONE)
    assert came.refresh_token not in sent
    again = await world.services.sessions.refresh(first.refresh_token, PHONE)
    assert again.refresh_token == came.refresh_token
    assert (await world.services.gate.identify(again.access_token)).session_id == first.session_id
    assert await refreshed(world, came.refresh_token)
    assert await world.events("refresh_replayed") == []
    assert "session_replayed" not in await mails(world)


@pytest.mark.asvs("v5.0.0-10.4.5")
@pytest.mark.parametrize("skips", [1, 3])
@pytest.mark.parametrize("seconds", [0, 31])
async def test_a_skipped_token_shows_two_holders(world: World, skips: int, seconds: int) -> None:
    await world.user()
    first = await log_in(world)
    skipped = []
    for _ in range(skips):
        skipped.append((await world.services.sessions.refresh(first.refresh_token, PHONE)).refresh_token)
        world.clock.advance(seconds=31)
    second = await world.services.sessions.refresh(first.refresh_token, PHONE)
    world.clock.advance(seconds=seconds)
    for token in (skipped[0], second.refresh_token, first.refresh_token):
        assert await refreshed(world, token) is None
    with pytest.raises(Unauthenticated):
        await world.services.gate.identify(second.access_token)
    assert await world.events("refresh_replayed") == [("refresh_replayed", "alarm")]
    assert (await mails(world)).count("session_replayed") == 1


async def test_a_skipped_token_opens_nothing_once_the_session_has_gone_on(world: World) -> None:
    await world.user()
    first = await log_in(world)
    skipped = await world.services.sessions.refresh(first.refresh_token, PHONE)
    world.clock.advance(seconds=31)
    second = await world.services.sessions.refresh(first.refresh_token, PHONE)
    third = await world.services.sessions.refresh(second.refresh_token, PHONE)
    assert await refreshed(world, skipped.refresh_token) is None
    assert await refreshed(world, third.refresh_token) is None


@pytest.mark.asvs("v5.0.0-10.4.5")
async def test_a_database_that_forgot_accuses_nobody(world: World) -> None:
    """A restored backup, or a failover to a server that had not heard the last."""
    await world.user()
    first = await log_in(world)
    second = await world.services.sessions.refresh(first.refresh_token, PHONE)
    backup = "CREATE TABLE backup AS SELECT * FROM sessions"
    await world.database.fetch(backup)
    token = second.refresh_token
    for _ in range(3):
        world.clock.advance(minutes=5)
        token = (await world.services.sessions.refresh(token, PHONE)).refresh_token
    async with world.database.transaction() as tx:
        await tx.execute("DELETE FROM sessions")
        await tx.execute("INSERT INTO sessions SELECT * FROM backup")
    came = await world.services.sessions.refresh(token, PHONE)
    assert came.refresh_token != token
    again = await world.services.sessions.refresh(token, PHONE)  # the other tab, or the answer was lost
    assert again.refresh_token == came.refresh_token
    assert (await world.services.gate.identify(again.access_token)).session_id == first.session_id
    assert await refreshed(world, again.refresh_token)
    assert await world.events("refresh_replayed") == []
    assert "session_replayed" not in await mails(world)
    assert await refreshed(world, second.refresh_token) is None  # and who holds an older one is noticed as ever
    assert await world.events("refresh_replayed") == [("refresh_replayed", "alarm")]


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE sessions SET revoked_at = created_at, revoked_reason = 'revoked'",
        "UPDATE sessions SET idle_expires_at = created_at",
        "UPDATE users SET status = 'disabled'",
        "UPDATE users SET session_epoch = session_epoch + 1",
    ],
)
async def test_neither_ahead_nor_after_the_grace_does_an_ended_session_go_on(world: World, ending: str) -> None:
    await world.user()
    first = await log_in(world)
    second = await world.services.sessions.refresh(first.refresh_token, PHONE)
    world.clock.advance(seconds=31)
    await world.database.fetch(ending)
    assert await refreshed(world, first.refresh_token) is None
    await world.database.fetch("UPDATE sessions SET generation = 1")
    assert await refreshed(world, second.refresh_token) is None
    assert await world.events("refresh_replayed") == []


@pytest.mark.asvs("v5.0.0-7.3.2", "v5.0.0-10.4.8")
async def test_neither_skipping_nor_forgetting_moves_the_latest_end(world: World) -> None:
    await world.user()
    first, begun = await log_in(world, remember=True), world.clock.now
    lost = await world.services.sessions.refresh(first.refresh_token, PHONE)
    ends = "SELECT idle_expires_at - created_at FROM sessions"
    for _ in range(3):
        await world.later(timedelta(days=9))
        assert await refreshed(world, first.refresh_token)
    assert await world.scalar(ends) == timedelta(days=30)
    await world.database.fetch("UPDATE sessions SET generation = 1, skipped_from = NULL, skipped_to = NULL")
    assert await refreshed(world, lost.refresh_token)
    assert await world.scalar(ends) == timedelta(days=30)
    await world.later(begun + timedelta(days=30) - world.clock.now)
    assert await refreshed(world, first.refresh_token) is None
    assert await refreshed(world, lost.refresh_token) is None


async def mails(world: World) -> list[str]:
    """The kinds of the mails so far."""
    return [row["kind"] for row in await world.database.fetch("SELECT kind FROM outbox")]


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
