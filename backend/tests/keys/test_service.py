"""Rotating and withdrawing by hand, and what a process does that has not heard of it yet."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from doorstep.audit.models import OPERATOR
from doorstep.keys.failures import KeysUnavailable, SigningKeyUnknown
from doorstep.keys.models import KeyState
from doorstep.keys.ring import OLDEST, REFRESH_EVERY
from doorstep.kit.database import Database
from doorstep.kit.sealing import SealBroken
from doorstep.settings import TokenSettings
from tests.builders import HandClock
from tests.keys.processes import Process, process_over, processes

NOTICE = TokenSettings().key_notice
LAST_TOKEN = TokenSettings().access_ttl + TokenSettings().leeway


async def loaded(database: Database, clock: HandClock) -> Process:
    process = process_over(database, clock)
    await process.ring.load()
    return process


async def states(process: Process) -> dict[str, KeyState]:
    return {each.key.kid: each.state for each in await process.keys.overview()}


def published(process: Process) -> set[str]:
    return {key["kid"] for key in process.ring.key_set()["keys"]}


async def events(database: Database) -> list[tuple[str, str, str | None]]:
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT kind, detail->>'kid' AS kid, user_agent FROM audit_events")
    return [(row["kind"], row["kid"], row["user_agent"]) for row in rows]


async def kinds(database: Database) -> list[str]:
    return sorted(kind for kind, _, _ in await events(database))


async def test_the_first_load_makes_a_key_that_signs(database: Database, clock: HandClock) -> None:
    process = process_over(database, clock)
    assert not process.ring.loaded
    with pytest.raises(KeysUnavailable):
        process.ring.signer()
    await process.ring.load()
    assert process.ring.loaded
    assert published(process) == {process.ring.signer()[0]}


async def test_the_next_key_is_published_before_it_signs(database: Database, clock: HandClock) -> None:
    settings = TokenSettings()
    process = await loaded(database, clock)
    ring = process.ring
    first, _ = ring.signer()
    clock.now += settings.key_life - NOTICE
    await ring.load()
    assert ring.signer()[0] == first
    assert len(published(process)) == 2
    clock.now += NOTICE
    second, _ = ring.signer()
    assert second != first
    assert second in published(process)
    assert await ring.verifier(first) is not None
    clock.now += LAST_TOKEN + timedelta(seconds=1)
    assert await ring.verifier(first) is None


async def test_a_rotation_by_hand_gives_notice_too(database: Database, clock: HandClock) -> None:
    process = await loaded(database, clock)
    first, _ = process.ring.signer()
    key = await process.keys.rotate(OPERATOR, at_once=False)
    await process.ring.load()
    assert key.activates_at == clock.now + NOTICE
    assert process.ring.signer()[0] == first
    assert await states(process) == {first: KeyState.SIGNS, key.kid: KeyState.WAITS}
    assert published(process) == {first, key.kid}
    clock.now += NOTICE
    assert process.ring.signer()[0] == key.kid
    assert await states(process) == {first: KeyState.VERIFIES, key.kid: KeyState.SIGNS}
    clock.now += timedelta(minutes=1) + LAST_TOKEN
    assert await states(process) == {first: KeyState.OVER, key.kid: KeyState.SIGNS}
    assert ("signing_key_made", first, None) in await events(database)
    assert ("signing_key_made", key.kid, OPERATOR.user_agent) in await events(database)


async def test_asked_twice_the_waiting_key_is_the_answer(database: Database, clock: HandClock) -> None:
    process = await loaded(database, clock)
    key = await process.keys.rotate(OPERATOR, at_once=False)
    assert await process.keys.rotate(OPERATOR, at_once=False) == key
    promoted = await process.keys.rotate(OPERATOR, at_once=True)
    assert (promoted.kid, promoted.activates_at) == (key.kid, clock.now)
    assert await kinds(database) == ["signing_key_made", "signing_key_made", "signing_key_promoted"]


async def test_in_an_emergency_the_next_key_signs_at_once(dsn: str, clock: HandClock) -> None:
    async with processes(dsn, clock, 2) as (near, far):
        before = far.sign()
        clock.advance(seconds=1)
        key = await near.keys.rotate(OPERATOR, at_once=True)
        await near.ring.load()
        assert near.ring.signer()[0] == key.kid
        # The other process has not heard of it: it still signs with the old key, and believes the new one.
        assert far.ring.signer()[0] != key.kid
        assert await far.believes(near.sign())
        assert await near.believes(far.sign())
        assert await near.believes(before)


async def test_what_an_uninformed_process_signs_is_believed_to_its_end(dsn: str, clock: HandClock) -> None:
    async with processes(dsn, clock, 2) as (near, far):
        clock.advance(seconds=1)
        await near.keys.rotate(OPERATOR, at_once=True)
        clock.advance(seconds=OLDEST - 1)
        late = far.sign()
        clock.now += TokenSettings().access_ttl - timedelta(seconds=1)
        await near.ring.load()
        assert await near.believes(late)


async def test_a_withdrawn_key_is_refused_and_another_signs(dsn: str, clock: HandClock) -> None:
    async with processes(dsn, clock, 2) as (near, far):
        token, (kid, _) = near.sign(), near.ring.signer()
        done = await near.keys.retire(kid, OPERATOR)
        assert done.changed
        assert done.signer.kid != kid
        await near.ring.load()
        assert not await near.believes(token)
        assert published(near) == {done.signer.kid}
        assert await far.believes(token)  # has not looked since
        assert await far.believes(near.sign())  # looks, since it lacks this key
        assert not await far.believes(token)
        assert await kinds(near.database) == ["signing_key_made", "signing_key_made", "signing_key_withdrawn"]


async def test_no_process_believes_by_an_old_snapshot(dsn: str, clock: HandClock) -> None:
    assert REFRESH_EVERY <= 5
    async with processes(dsn, clock, 2) as (near, far):
        token = far.sign()
        await near.keys.retire(far.ring.signer()[0], OPERATOR)
        far.seconds.ahead += OLDEST / 2
        assert await far.believes(token)
        far.seconds.ahead += OLDEST / 2
        assert not await far.believes(token)


async def test_keys_are_read_again_by_themselves(dsn: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doorstep.keys.ring.REFRESH_EVERY", 0.01)
    async with processes(dsn, clock, 2) as (near, far):
        token = far.sign()
        task = asyncio.create_task(far.ring.keep_fresh())
        try:
            assert await far.believes(token)
            await near.keys.retire(far.ring.signer()[0], OPERATOR)
            async with asyncio.timeout(OLDEST - 5):
                while await far.believes(token):  # noqa: ASYNC110 -- the product tells nobody when it has looked
                    await asyncio.sleep(0.01)
        finally:
            task.cancel()


async def test_reading_them_outlives_whatever_the_database_says(
    database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only an outage: a table that a restore has yet to bring back, a statement cut off, a full disk."""
    monkeypatch.setattr("doorstep.keys.ring.REFRESH_EVERY", 0.01)
    process = await loaded(database, clock)
    first, _ = process.ring.signer()
    with capture_logs() as logs:
        task = asyncio.create_task(process.ring.keep_fresh())
        async with database.connection() as connection, asyncio.timeout(30):
            await connection.execute("ALTER TABLE signing_keys RENAME TO put_aside")
            while not logs and not task.done():  # noqa: ASYNC110 -- it tells nobody but the log
                await asyncio.sleep(0.01)
            await connection.execute("ALTER TABLE put_aside RENAME TO signing_keys")
            clock.advance(seconds=1)
            await process.keys.rotate(OPERATOR, at_once=True)
            while process.ring.signer()[0] == first and not task.done():  # noqa: ASYNC110 -- as above
                await asyncio.sleep(0.01)
        assert not task.done()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert {(line["event"], line["cause"]) for line in logs} == {("signing_keys_not_loaded", "UndefinedTableError")}


async def test_withdrawing_calls_on_the_waiting_key_first(database: Database, clock: HandClock) -> None:
    process = await loaded(database, clock)
    first, _ = process.ring.signer()
    waits = await process.keys.rotate(OPERATOR, at_once=False)
    done = await process.keys.retire(first, OPERATOR)
    assert (done.signer.kid, done.signer.activates_at) == (waits.kid, clock.now)
    assert await states(process) == {first: KeyState.WITHDRAWN, waits.kid: KeyState.SIGNS}


async def test_withdrawing_twice_changes_nothing(database: Database, clock: HandClock) -> None:
    process = await loaded(database, clock)
    kid, _ = process.ring.signer()
    await process.keys.retire(kid, OPERATOR)
    before = await events(database)
    again = await process.keys.retire(kid, OPERATOR)
    assert not again.changed
    assert await events(database) == before


async def test_an_unknown_key_cannot_be_withdrawn(database: Database, clock: HandClock) -> None:
    process = await loaded(database, clock)
    with pytest.raises(SigningKeyUnknown):
        await process.keys.retire("x" * 43, OPERATOR)
    assert list((await states(process)).values()) == [KeyState.SIGNS]


async def test_another_secret_opens_nothing_and_believes_nothing(database: Database, clock: HandClock) -> None:
    process = await loaded(database, clock)
    other = process_over(database, clock, secret=b"o" * 32)
    with pytest.raises(SealBroken):
        await other.ring.load()
    assert not other.ring.loaded
    assert published(other) == set()
    assert not await other.believes(process.sign())
    # A lost secret: the old key is withdrawn without being opened, and the new one is sealed with the new secret.
    await other.keys.retire(process.ring.signer()[0], OPERATOR)
    await other.ring.load()
    assert await other.believes(other.sign())


async def test_a_key_written_into_the_table_by_somebody_else_is_not_believed(
    database: Database, clock: HandClock
) -> None:
    """Whoever can write the table but has not the secret cannot plant a key: the public half comes out of the seal."""
    process = await loaded(database, clock)
    thief = process_over(database, clock, secret=b"t" * 32)
    clock.advance(seconds=1)
    planted = await thief.keys.rotate(OPERATOR, at_once=True)
    with pytest.raises(SealBroken):
        await thief.ring.load()
    token = thief.sign()
    assert planted.kid == thief.ring.signer()[0]
    assert not await process.believes(token)
    async with database.transaction() as tx:  # his public half and name beside the seal of ours
        ours = await tx.fetchval("SELECT sealed_private FROM signing_keys WHERE kid <> $1", planted.kid)
        await tx.execute("UPDATE signing_keys SET sealed_private = $1 WHERE kid = $2", ours, planted.kid)
    with pytest.raises(SealBroken):
        await process.ring.load()
    assert not await process.believes(token)


async def test_a_public_half_changed_in_the_table_is_not_published(database: Database, clock: HandClock) -> None:
    process = await loaded(database, clock)
    token, key_set = process.sign(), process.ring.key_set()
    async with database.connection() as connection:
        await connection.execute("""UPDATE signing_keys SET public_jwk = public_jwk || '{"x": "AAAA"}'""")
    other = await loaded(database, clock)
    assert other.ring.key_set() == key_set
    assert await other.believes(token)
