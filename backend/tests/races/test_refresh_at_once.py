"""Races of refreshes on real connections: what happens between the proof of a token and its exchange counts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest

from doorstep.audit.models import Client
from doorstep.keys.failures import KeysUnavailable
from doorstep.kit.database import Connection
from doorstep.sessions import queries
from doorstep.sessions.failures import SessionEnded
from doorstep.sessions.models import Grant, Session
from tests.builders import GOOD_PASSWORD, settings_for
from tests.world import PHONE, World, world_over

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
async def elsewhere(world: World, dsn: str, tmp_path: Path) -> AsyncIterator[World]:
    """Another process over the same database, which did not make the tokens of `world`."""
    (tmp_path / "elsewhere").mkdir()
    other = await world_over(world.database, world.clock, settings_for(dsn, tmp_path / "elsewhere"))
    await world.ready_connections()
    yield other
    other.services.close()


async def log_in(world: World) -> Grant:
    logged_in = await world.services.login.with_password("ada@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    return logged_in.grant


async def refreshed(world: World, token: str, client: Client = PHONE) -> Grant | None:
    try:
        return await world.services.sessions.refresh(token, client)
    except SessionEnded:
        return None


async def begun(count: int, refreshes: list[asyncio.Task[Grant | None]], holding: Connection) -> None:
    """Wait until so many of the refreshes wait for what the transaction holds."""
    async with asyncio.timeout(10):
        while await holding.fetchval(WAITING) < count:
            assert not any(refresh.done() for refresh in refreshes)
            await holding.execute("SELECT pg_stat_clear_snapshot()")
            await asyncio.sleep(0.002)


async def test_what_is_committed_while_a_refresh_waits_for_the_row_decides(world: World, elsewhere: World) -> None:
    """The statement that waited looks at the row again, in the process that made the token and in another one."""
    await world.user()

    async def meanwhile(deed: str, *arguments: object) -> tuple[Grant, list[Grant | None]]:
        grant = await log_in(world)
        async with world.database.transaction() as holding:
            assert await holding.execute(deed, grant.session_id, *arguments) in {"UPDATE 1", "DELETE 1"}
            refreshes = [asyncio.create_task(refreshed(process, grant.refresh_token)) for process in (world, elsewhere)]
            await begun(2, refreshes, holding)
        return grant, await asyncio.gather(*refreshes)

    now = world.clock.now
    for ending in (
        "UPDATE sessions SET revoked_at = created_at, revoked_reason = 'revoked' WHERE id = $1",
        "UPDATE sessions SET idle_expires_at = created_at WHERE id = $1",
        "UPDATE sessions SET idle_expires_at = created_at, expires_at = created_at WHERE id = $1",
    ):
        _, answers = await meanwhile(ending)
        assert answers == [None, None], ending
    assert await world.scalar("SELECT count(*) FROM sessions WHERE generation > 1") == 0

    # Somebody else was first: both get what they got, and nothing is counted twice.
    rotating = "UPDATE sessions SET generation = generation + 1, rotated_at = $2 WHERE id = $1"
    grant, answers = await meanwhile(rotating, now)
    assert len({answer.refresh_token for answer in answers if answer}) == 1
    assert None not in answers
    assert await world.scalar("SELECT generation FROM sessions WHERE id = $1", grant.session_id) == 2
    assert await world.events("refresh_replayed") == []

    # Two others were: the token is an old one by now, which is told once.
    grant, answers = await meanwhile("UPDATE sessions SET generation = 3, rotated_at = $2 WHERE id = $1", now)
    assert answers == [None, None]
    reason = "SELECT revoked_reason FROM sessions WHERE id = $1"
    assert await world.scalar(reason, grant.session_id) == "replayed"
    assert await world.events("refresh_replayed") == [("refresh_replayed", "alarm")]

    _, answers = await meanwhile("DELETE FROM users WHERE id = (SELECT user_id FROM sessions WHERE id = $1)")
    assert answers == [None, None]


async def test_what_is_committed_after_the_statement_began_to_look_decides(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its first sight of the row and its lock on it; a lock of ours makes that moment long enough."""
    await world.user()
    looked = "WHERE s.revoked_at"
    assert queries.ROTATE.count(looked) == 1
    waits = f"WHERE (SELECT pg_advisory_xact_lock_shared(7)) IS NOT NULL AND {looked.removeprefix('WHERE ')}"
    monkeypatch.setattr(queries, "ROTATE", queries.ROTATE.replace(looked, waits))

    async def meanwhile(deed: str, *arguments: object) -> tuple[UUID, Grant | None]:
        grant = await log_in(world)
        async with world.database.transaction() as holding:
            await holding.execute("SELECT pg_advisory_xact_lock(7)")
            refresh = asyncio.create_task(refreshed(world, grant.refresh_token))
            await begun(1, [refresh], holding)
            async with world.database.transaction() as other:
                assert await other.execute(deed, grant.session_id, *arguments) == "UPDATE 1"
        return grant.session_id, await refresh

    ending = "UPDATE sessions SET revoked_at = created_at, revoked_reason = 'revoked' WHERE id = $1"
    assert (await meanwhile(ending))[1] is None
    assert await world.scalar("SELECT generation FROM sessions") == 1

    rotating = "UPDATE sessions SET generation = generation + 1, rotated_at = $2 WHERE id = $1"
    session_id, answer = await meanwhile(rotating, world.clock.now)
    assert answer
    assert await world.scalar("SELECT generation FROM sessions WHERE id = $1", session_id) == 2

    session_id, answer = await meanwhile("UPDATE sessions SET amr = '{pwd,otp}' WHERE id = $1")
    assert answer
    assert (await world.services.gate.identify(answer.access_token)).amr == ("pwd", "otp")
    assert await world.scalar("SELECT generation FROM sessions WHERE id = $1", session_id) == 2


async def test_a_user_disabled_while_a_refresh_waits_gets_nothing(world: World) -> None:
    await world.user()
    await world.ready_connections()
    grant = await log_in(world)
    async with world.database.transaction() as holding:
        await holding.execute("SELECT FROM sessions FOR UPDATE")
        refresh = asyncio.create_task(refreshed(world, grant.refresh_token))
        await begun(1, [refresh], holding)
        assert await world.services.users.disable("ada@example.org", PHONE)
    assert await refresh is None
    assert await world.scalar("SELECT generation FROM sessions") == 1


async def test_what_happens_between_the_proof_and_the_exchange_decides(
    world: World, elsewhere: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that must read the secret proves the token first; then the rest of the world goes on."""
    user_id = await world.user()
    read = queries.secret_of

    async def between(deed: Callable[[Grant], Awaitable[object]]) -> tuple[Grant, Grant | None]:
        grant = await log_in(world)

        async def and_then(connection: Connection, session_id: UUID) -> bytes | None:
            monkeypatch.undo()
            secret = await read(connection, session_id)
            await deed(grant)
            return secret

        monkeypatch.setattr(queries, "secret_of", and_then)
        return grant, await refreshed(elsewhere, grant.refresh_token)

    sessions, users = world.services.sessions, world.services.users
    assert (await between(lambda grant: sessions.log_out(grant.refresh_token, PHONE)))[1] is None
    assert (await between(lambda grant: sessions.revoke(user_id, grant.session_id, PHONE, by=grant.session_id)))[
        1
    ] is None
    assert (await between(lambda _: sessions.sign_out("ada@example.org", PHONE)))[1] is None
    assert await world.scalar("SELECT max(generation) FROM sessions") == 1

    grant, answer = await between(lambda _: users.disable("ada@example.org", PHONE))
    assert answer is None
    assert await world.scalar("SELECT generation FROM sessions WHERE id = $1", grant.session_id) == 1
    await users.enable("ada@example.org", PHONE)
    assert await refreshed(elsewhere, grant.refresh_token)

    first: list[Grant | None] = []

    async def rotate(grant: Grant) -> None:
        first.append(await refreshed(world, grant.refresh_token))

    grant, answer = await between(rotate)
    assert first[0]
    assert answer
    assert first[0].refresh_token == answer.refresh_token
    assert await world.scalar("SELECT generation FROM sessions WHERE id = $1", grant.session_id) == 2

    assert (await between(lambda _: world.services.leaving.erase_now("ada@example.org")))[1] is None
    assert await world.scalar("SELECT count(*) FROM sessions") == 0


async def test_a_user_enabled_again_before_the_second_look_is_let_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.user()
    grant = await log_in(world)
    await world.services.users.disable("ada@example.org", PHONE)
    look = queries.lock_session

    async def and_before(tx: Connection, session_id: UUID) -> Session | None:
        await world.services.users.enable("ada@example.org", PHONE)
        return await look(tx, session_id)

    monkeypatch.setattr(queries, "lock_session", and_before)
    assert await refreshed(world, grant.refresh_token)
    assert await world.scalar("SELECT generation FROM sessions") == 2


async def test_tabs_at_two_processes_get_one_successor(world: World, elsewhere: World) -> None:
    await world.user()
    for _ in range(5):
        token = (await log_in(world)).refresh_token
        for generation in (2, 3):
            grants = await asyncio.gather(*(refreshed(process, token) for process in (world, elsewhere) * 6))
            assert None not in grants
            [token] = {grant.refresh_token for grant in grants if grant}
            assert await world.scalar("SELECT max(generation) FROM sessions WHERE revoked_at IS NULL") == generation
        await world.services.sessions.log_out(token, PHONE)
    assert await world.events("refresh_replayed") == []


FORGET = "UPDATE sessions SET generation = 1"
"""What a database that was put back to its first moment knows."""


@pytest.mark.parametrize("forgets", [False, True])
async def test_late_tabs_at_two_processes_get_one_successor(world: World, elsewhere: World, forgets: bool) -> None:
    """Both ask with the token whose answer was lost, or with one ahead of a database that has forgotten."""
    await world.user()
    first = await log_in(world)
    lost = await refreshed(world, first.refresh_token)
    assert lost
    world.clock.advance(seconds=31)
    token = lost.refresh_token if forgets else first.refresh_token
    if forgets:
        await world.database.fetch(FORGET)
    grants = await asyncio.gather(*(refreshed(process, token) for process in (world, elsewhere) * 6))
    assert None not in grants
    [successor] = {grant.refresh_token for grant in grants if grant}
    assert successor not in {first.refresh_token, lost.refresh_token}
    assert await world.scalar("SELECT generation FROM sessions") == 3
    assert await world.events("refresh_replayed") == []
    assert await refreshed(elsewhere, successor)


async def test_the_two_holders_of_a_lost_answer_at_once(world: World, elsewhere: World) -> None:
    """Whoever is first, only one of them goes on, and once the other is seen neither does."""
    await world.user()
    for _ in range(5):
        first = await log_in(world)
        lost = await refreshed(world, first.refresh_token)
        assert lost
        world.clock.advance(seconds=31)
        await asyncio.gather(refreshed(world, first.refresh_token), refreshed(elsewhere, lost.refresh_token))
        assert await world.scalar("SELECT revoked_reason FROM sessions WHERE id = $1", first.session_id) == "replayed"
    assert len(await world.events("refresh_replayed")) == 5


@pytest.mark.asvs("v5.0.0-7.4.2")
@pytest.mark.parametrize("forgets", [False, True])
async def test_a_user_disabled_while_a_late_refresh_waits_gets_nothing(world: World, forgets: bool) -> None:
    await world.user()
    await world.ready_connections()
    first = await log_in(world)
    lost = await refreshed(world, first.refresh_token)
    assert lost
    world.clock.advance(seconds=31)
    generation = 1 if forgets else 2
    async with world.database.transaction() as holding:
        await holding.execute("UPDATE sessions SET generation = $1", generation)
        late = lost if forgets else first
        refresh = asyncio.create_task(refreshed(world, late.refresh_token))
        await begun(1, [refresh], holding)
        assert await world.services.users.disable("ada@example.org", PHONE)
    assert await refresh is None
    assert await world.scalar("SELECT generation FROM sessions") == generation
    assert await world.events("refresh_replayed") == []


async def test_replays_at_once_are_told_once(world: World, elsewhere: World) -> None:
    await world.user()
    stolen = (await log_in(world)).refresh_token
    current = await refreshed(world, stolen)
    assert current
    current = await refreshed(world, current.refresh_token)
    assert current
    answers = await asyncio.gather(*(refreshed(process, stolen) for process in (world, elsewhere) * 5))
    assert set(answers) == {None}
    assert await world.events("refresh_replayed") == [("refresh_replayed", "alarm")]
    assert await refreshed(world, current.refresh_token) is None


async def test_without_a_key_that_signs_no_token_is_spent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.user()
    grant = await log_in(world)
    with monkeypatch.context() as patched:
        patched.setattr(world.services.ring, "_signer", lambda: None)
        with pytest.raises(KeysUnavailable):
            await world.services.sessions.refresh(grant.refresh_token, PHONE)
    assert await world.scalar("SELECT generation FROM sessions") == 1
    world.clock.advance(seconds=31)
    late = await refreshed(world, grant.refresh_token)
    assert late
    world.clock.advance(seconds=31)
    for generation, token in ((2, grant.refresh_token), (1, late.refresh_token)):
        await world.database.fetch("UPDATE sessions SET generation = $1", generation)
        with monkeypatch.context() as patched:
            patched.setattr(world.services.ring, "_signer", lambda: None)
            with pytest.raises(KeysUnavailable):
                await world.services.sessions.refresh(token, PHONE)
        assert await world.scalar("SELECT generation FROM sessions") == generation
    assert await refreshed(world, late.refresh_token)


async def test_refreshes_of_one_moment_are_one_commit_and_each_gets_its_own(world: World) -> None:
    """Among live sessions, each at its own address: one that ended, a replay, and a token that came twice."""
    await world.user()
    grants = [await log_in(world) for _ in range(6)]
    await world.services.sessions.log_out(grants[0].refresh_token, PHONE)
    replayed = await refreshed(world, grants[1].refresh_token)
    assert replayed
    assert await refreshed(world, replayed.refresh_token)
    tokens = [*(grant.refresh_token for grant in grants), grants[5].refresh_token]
    answers = await asyncio.gather(
        *(refreshed(world, token, Client(f"198.51.100.{place}", None)) for place, token in enumerate(tokens))
    )
    assert answers[:2] == [None, None]
    assert [answer.session_id for answer in answers if answer] == [
        grant.session_id for grant in [*grants[2:], grants[5]]
    ]
    for answer in filter(None, answers):
        assert (await world.services.gate.identify(answer.access_token)).session_id == answer.session_id
    assert len({answer.refresh_token for answer in answers if answer}) == 4
    ids = [grant.session_id for grant in grants[2:]]
    places = """
        SELECT array_agg(host(address) || ' ' || generation ORDER BY array_position($1, id))
        FROM sessions WHERE id = ANY ($1::uuid[])
    """
    assert await world.scalar(places, ids) == [f"198.51.100.{place} 2" for place in range(2, 6)]
    assert await world.scalar("SELECT count(DISTINCT xmin::text) FROM sessions WHERE id = ANY ($1)", ids) == 1
    assert await world.events("refresh_replayed") == [("refresh_replayed", "alarm")]


async def test_nobody_waits_for_the_session_of_somebody_else(world: World, elsewhere: World) -> None:
    """Two of the rows are held: whoever came in the same moment goes on at once, and those two when they are free.

    Were a held row waited for, each process would keep one that the other wants next, and one of them would fail.
    """
    await world.user()
    one, two, held, held_too = [await log_in(world) for _ in range(4)]
    holding = "SELECT FROM sessions WHERE id = ANY ($1) FOR UPDATE"
    async with asyncio.timeout(10), world.database.transaction() as tx:
        await tx.execute(holding, [held.session_id, held_too.session_id])
        ours = [asyncio.create_task(refreshed(world, grant.refresh_token)) for grant in (one, held, two)]
        theirs = [asyncio.create_task(refreshed(elsewhere, grant.refresh_token)) for grant in (two, held_too, one)]
        free = await asyncio.gather(ours[0], ours[2], theirs[0], theirs[2])
        waiting = [ours[1], theirs[1]]
        await begun(2, waiting, tx)
    assert [grant.session_id for grant in free if grant] == [grant.session_id for grant in (one, two, two, one)]
    assert None not in await asyncio.gather(*waiting)
    assert await world.scalar("SELECT array_agg(DISTINCT generation) FROM sessions") == [2]
