"""Races on real connections: what is done twice at once happens once."""

import asyncio
import threading
from contextlib import suppress

import pytest

from doorstep.kit.database import Database, DatabaseUnavailable
from doorstep.login.failures import InvalidCredentials
from doorstep.sessions.failures import SessionEnded
from doorstep.signup.models import NewUser
from doorstep.users.failures import EmailTaken
from tests.builders import GOOD_PASSWORD
from tests.world import PHONE, World


async def until(condition: str, database: Database) -> None:
    """Wait until that SQL condition holds; at most ten seconds."""
    async with asyncio.timeout(10), database.connection() as connection:
        while not await connection.fetchval(f"SELECT {condition}"):  # noqa: ASYNC110 -- the database tells no event
            await asyncio.sleep(0.002)


async def test_one_address_is_registered_once(world: World) -> None:
    async def register(email: str) -> NewUser | None:
        with suppress(EmailTaken):
            return await world.services.sign_up.register(email, GOOD_PASSWORD, remember=False, client=PHONE)
        return None

    await world.ready_connections()
    spellings = ["ada@example.org", "ADA@example.org", "Ada@Example.org", " ada@example.org", "ada@EXAMPLE.ORG"] * 2
    outcomes = await asyncio.gather(*(register(email) for email in spellings))
    assert sum(outcome is not None for outcome in outcomes) == 1
    assert await world.scalar("SELECT count(*) FROM users") == 1
    assert await world.scalar("SELECT count(*) FROM sessions") == 1


async def test_a_log_in_that_began_before_a_change_does_not_succeed_after_it(world: World, database: Database) -> None:
    """The credentials change before the hash is computed; the right old password no longer opens anything."""
    await world.user()
    slots, done = world.services.hasher.slots, threading.Event()
    others = [asyncio.create_task(slots.run(done.wait)) for _ in range(slots.slots)]
    login = asyncio.create_task(
        world.services.login.with_password("ada@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    )
    try:
        await until("EXISTS (SELECT FROM throttle)", database)
        await world.scalar("UPDATE users SET credential_version = credential_version + 1 RETURNING 1")
    finally:
        done.set()
    await asyncio.gather(*others)
    with pytest.raises(InvalidCredentials):
        await login
    assert await world.scalar("SELECT count(*) FROM sessions") == 0


async def test_log_out_and_refresh_at_once_leave_nobody_signed_in(world: World) -> None:
    await world.user()
    for _ in range(10):
        logged_in = await world.services.login.with_password(
            "ada@example.org", GOOD_PASSWORD, remember=False, client=PHONE
        )
        token = logged_in.grant.refresh_token
        outcomes = await asyncio.gather(
            world.services.sessions.log_out(token, PHONE),
            world.services.sessions.refresh(token, PHONE),
            return_exceptions=True,
        )
        assert outcomes[0] is None
        newest = outcomes[1].refresh_token if not isinstance(outcomes[1], BaseException | None) else token
        with pytest.raises(SessionEnded):
            await world.services.sessions.refresh(newest, PHONE)


@pytest.mark.asvs("v5.0.0-16.5.2")
async def test_a_lost_connection_is_an_outage_and_not_a_crash(world: World) -> None:
    """The server ends the connection in the middle of a statement; the next request is served again."""
    await world.user()
    logged_in = await world.services.login.with_password("ada@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    async with world.database.transaction() as holding:
        await holding.execute("SELECT 1 FROM sessions FOR UPDATE")
        waiting = asyncio.create_task(world.services.sessions.refresh(logged_in.grant.refresh_token, PHONE))
        blocked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        await until(f"EXISTS ({blocked})", world.database)
        await holding.execute(f"SELECT pg_terminate_backend(pid) FROM ({blocked}) AS waiting")  # noqa: S608 -- as above
        with pytest.raises(DatabaseUnavailable) as outage:
            await waiting
        assert outage.value.retry_after == 2
    assert await world.services.sessions.refresh(logged_in.grant.refresh_token, PHONE)


@pytest.mark.asvs("v5.0.0-2.3.3")
async def test_a_statement_is_rolled_back_with_its_transaction(world: World) -> None:
    async def fail_halfway() -> None:
        async with world.database.transaction() as tx:
            await tx.execute("INSERT INTO spent_proofs VALUES (gen_random_uuid(), now())")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await fail_halfway()
    assert await world.scalar("SELECT count(*) FROM spent_proofs") == 0
