"""The purge on a real database: what goes, what stays, and who does it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from doorstep.assembly import Services, assemble
from doorstep.kit.database import Connection, Database
from doorstep.kit.database_clock import ClocksDiffer, DatabaseClock
from doorstep.login.models import LoggedIn
from doorstep.mail import letters
from doorstep.main import create_app
from doorstep.throttle.models import SpentProof
from doorstep.upkeep import policy, queries
from doorstep.upkeep.service import Upkeep
from tests.builders import GOOD_PASSWORD, SECRET, settings_for
from tests.login.test_throttle import WRONG, attempt, from_network, guess_until_locked
from tests.world import World

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


async def log_in(world: World, *, device_id: UUID | None = None) -> LoggedIn:
    done = await attempt(world, GOOD_PASSWORD, device_id=device_id)
    assert isinstance(done, LoggedIn)
    return done


async def count(world: World, table: str) -> object:
    return await world.scalar(f"SELECT count(*) FROM {table}")  # noqa: S608 -- the test's own words


async def test_an_empty_database_has_nothing_to_purge(world: World) -> None:
    deleted = await world.services.upkeep.purge()
    assert set(deleted) == {
        "users", "authenticators",
        "throttle", "spent_proofs", "sessions", "known_devices", "audit_events", "signing_keys",
        "one_time_tokens", "outbox", "recovery_requests", "held_addresses", "spent_challenges", "login_tickets", "totp",
        "pending_recovery_codes",
    }  # fmt: skip
    assert set(deleted.values()) == {0}


async def test_counters_go_when_they_would_begin_anew(world: World) -> None:
    await attempt(world, WRONG)
    world.clock.now += world.services.throttle.limits.forget_after - SECOND
    assert (await world.services.upkeep.purge())["throttle"] == 0
    world.clock.now += SECOND
    assert (await world.services.upkeep.purge())["throttle"] == 2
    assert await count(world, "throttle") == 0


async def test_the_lock_of_an_address_stays_for_a_month(world: World) -> None:
    await guess_until_locked(world)
    locked = "SELECT count(*) FROM throttle WHERE kind = 'email'"
    world.clock.now += 29 * DAY
    await world.services.upkeep.purge()
    assert await world.scalar(locked) == 1
    assert await world.scalar("SELECT count(*) FROM throttle WHERE kind = 'network'") == 0
    world.clock.now += DAY
    await world.services.upkeep.purge()
    assert await world.scalar(locked) == 0


async def test_without_a_lock_every_counter_goes_early(world: World) -> None:
    throttle = world.services.settings.throttle.model_copy(update={"lock_after": 0})
    settings = world.services.settings.model_copy(update={"throttle": throttle})
    await guess_until_locked(world)
    world.clock.now += throttle.forget_after
    services = world.services
    upkeep = Upkeep(
        world.database,
        services.database_clock,
        settings,
        services.leaving,
        services.authenticator_removal,
        services.addresses,
    )
    await upkeep.purge()
    assert await count(world, "throttle") == 0


async def test_a_spent_proof_is_remembered_until_well_after_its_end(world: World) -> None:
    ends = world.clock.now + timedelta(minutes=5)
    await attempt(world, WRONG, proof=SpentProof(UUID(int=1), ends))
    world.clock.now = ends + policy.PROOF_MARGIN - SECOND
    assert (await world.services.upkeep.purge())["spent_proofs"] == 0
    world.clock.now += SECOND
    assert (await world.services.upkeep.purge())["spent_proofs"] == 1


@pytest.mark.asvs("v5.0.0-14.2.7")
async def test_sessions_go_a_month_after_they_ended(world: World) -> None:
    await world.user()
    idle = await log_in(world)
    revoked = await log_in(world)
    await world.services.sessions.log_out(revoked.grant.refresh_token, from_network(1))
    world.clock.now += 30 * DAY - SECOND
    assert (await world.services.upkeep.purge())["sessions"] == 0
    world.clock.now += SECOND + timedelta(milliseconds=1)
    assert (await world.services.upkeep.purge())["sessions"] == 1
    assert await world.scalar("SELECT id FROM sessions") == idle.grant.session_id
    world.clock.now += world.services.settings.sessions.idle
    assert (await world.services.upkeep.purge())["sessions"] == 1


async def test_a_living_session_stays_however_old(world: World) -> None:
    """A month and more is possible where the settings say so."""
    await world.user()
    await log_in(world)
    async with world.database.connection() as connection:
        far = world.clock.now + 400 * DAY
        await connection.execute("UPDATE sessions SET idle_expires_at = $1, expires_at = $1", far)
    world.clock.now += 399 * DAY
    assert (await world.services.upkeep.purge())["sessions"] == 0


async def test_devices_go_when_unused_for_400_days(world: World) -> None:
    await world.user()
    old, used = await log_in(world), await log_in(world)
    world.clock.now += DAY
    await log_in(world, device_id=used.device_id)
    world.clock.now += 399 * DAY
    assert (await world.services.upkeep.purge())["known_devices"] == 1
    assert await world.scalar("SELECT device_id FROM known_devices") == used.device_id != old.device_id


async def test_mails_and_their_tokens_go_when_nobody_needs_them(world: World) -> None:
    await world.services.sign_up.register("ada@example.org", GOOD_PASSWORD, remember=False, client=from_network(1))
    await world.services.outbox.send_due()
    await world.services.recovery.ask("nobody@example.org", from_network(1))
    world.clock.now += timedelta(hours=1)
    assert (await world.services.upkeep.purge())["recovery_requests"] == 1
    world.clock.now += 7 * DAY
    deleted = await world.services.upkeep.purge()
    assert (deleted["one_time_tokens"], deleted["outbox"]) == (1, 0)
    world.clock.now += 23 * DAY
    assert (await world.services.upkeep.purge())["outbox"] == 1


async def test_a_mail_that_waits_is_never_purged(world: World) -> None:
    async with world.database.transaction() as tx:
        await world.services.outbox.put(tx, "ada@example.org", letters.welcome("https://example.org/", 30))
    world.clock.now += 400 * DAY
    assert (await world.services.upkeep.purge())["outbox"] == 0


async def test_the_trail_goes_after_its_retention(world: World) -> None:
    await world.user()
    before = await count(world, "audit_events")
    world.clock.now += world.services.settings.audit_retention
    assert (await world.services.upkeep.purge())["audit_events"] == 0
    world.clock.now += SECOND
    assert (await world.services.upkeep.purge())["audit_events"] == before
    assert await count(world, "audit_events") == 0


async def test_a_clock_that_runs_ahead_does_not_break_the_trail(world: World, database: Database) -> None:
    """The database refuses to delete what is young by its own clock; the purge must not run into that."""
    await world.user()
    before = await count(world, "audit_events")
    async with database.connection() as connection:
        now = await connection.fetchval("SELECT now()")
        await connection.execute(
            "INSERT INTO audit_events (id, occurred_at, kind, outcome) VALUES ($1, $2, 'login', 'success')",
            UUID(int=1),
            now - 89 * DAY,
        )
    world.clock.now = now + 4000 * DAY
    assert (await world.services.upkeep.purge())["audit_events"] == before
    assert await count(world, "audit_events") == 1


async def test_the_trail_cannot_be_kept_shorter_than_the_trigger_allows(world: World) -> None:
    with pytest.raises(ValueError, match="audit_retention"):
        settings_for(None, world.services.settings.data_dir, audit_retention=timedelta(days=89))


async def test_keys_go_long_after_their_last_token(world: World) -> None:
    tokens = world.services.settings.tokens
    retired = world.clock.now + tokens.key_life
    while world.clock.now < retired + policy.KEEP_OLD_KEYS:
        assert (await world.services.upkeep.purge())["signing_keys"] == 0
        await world.later(tokens.key_life / 4)
    assert (await world.services.upkeep.purge())["signing_keys"] == 1
    assert world.services.ring.loaded


async def test_a_withdrawn_key_goes_as_well(world: World) -> None:
    async with world.database.connection() as connection:
        await connection.execute("UPDATE signing_keys SET withdrawn_at = $1", world.clock.now)
    world.clock.now += policy.KEEP_OLD_KEYS
    assert (await world.services.upkeep.purge())["signing_keys"] == 1


async def test_more_than_a_batch_goes_in_several(world: World) -> None:
    async with world.database.connection() as connection:
        await connection.execute(
            "INSERT INTO spent_proofs SELECT gen_random_uuid(), $1 FROM generate_series(1, $2)",
            world.clock.now - 2 * policy.PROOF_MARGIN,
            2 * queries.BATCH + 7,
        )
    assert (await world.services.upkeep.purge())["spent_proofs"] == 2 * queries.BATCH + 7


async def test_what_somebody_is_using_is_passed_over(world: World) -> None:
    await attempt(world, WRONG)
    world.clock.now += 40 * DAY
    async with world.database.transaction() as tx:
        await tx.execute("SELECT FROM throttle WHERE kind = 'email' FOR UPDATE")
        assert (await asyncio.wait_for(world.services.upkeep.purge(), 5))["throttle"] == 1
    assert (await world.services.upkeep.purge())["throttle"] == 1


async def test_only_one_process_purges_at_a_time(world: World) -> None:
    await attempt(world, WRONG)
    world.clock.now += 40 * DAY
    async with world.database.transaction() as other:
        assert await queries.is_our_turn(other)
        assert set((await world.services.upkeep.purge()).values()) == {0}
    assert (await world.services.upkeep.purge())["throttle"] == 2


async def test_many_processes_at_once_delete_each_row_once(world: World) -> None:
    """Race: real connections; whoever has the turn works, and nobody waits for anybody."""
    for number in range(20):
        await attempt(world, WRONG, email=f"a{number}@example.org", client=from_network(number))
    world.clock.now += 40 * DAY
    deleted = await asyncio.gather(*(world.services.upkeep.purge() for _ in range(6)))
    left = (await world.services.upkeep.purge())["throttle"]
    assert sum(one["throttle"] for one in deleted) + left == 40


@pytest.fixture
def wrong(world: World) -> Iterator[Callable[[timedelta], Services]]:
    """The services of another server over the same database, whose clock is wrong by so much."""
    made: list[Services] = []

    async def told_by(_: Connection) -> datetime:
        return world.clock.now

    def server(by: timedelta) -> Services:
        settings = world.services.settings
        made.append(assemble(settings, world.database, SECRET.encode(), lambda: world.clock.now + by, told_by=told_by))
        return made[-1]

    yield server
    for each in made:
        each.close()


@pytest.mark.asvs("v5.0.0-14.2.7")
@pytest.mark.parametrize("by", [8 * DAY, -8 * DAY, timedelta(seconds=61)])
async def test_a_wrong_clock_erases_nobody(world: World, wrong: Callable[[timedelta], Services], by: timedelta) -> None:
    await world.user()
    await world.services.leaving.ask_for("ada@example.org")
    await guess_until_locked(world)
    counters = await count(world, "throttle")
    server = wrong(by)
    for erasing in (server.upkeep.purge, server.leaving.erase_due, server.authenticator_removal.remove_due):
        with pytest.raises(ClocksDiffer):
            await erasing()
    assert await world.services.leaving.keep_for("ada@example.org")
    assert await count(world, "throttle") == counters


@pytest.mark.asvs("v5.0.0-14.2.7")
@pytest.mark.parametrize("by", [8 * DAY, -8 * DAY])
async def test_a_week_is_a_week_whatever_the_server_says_that_was_asked(
    world: World, wrong: Callable[[timedelta], Services], by: timedelta
) -> None:
    await world.user()
    await wrong(by).leaving.ask_for("ada@example.org")
    assert await world.scalar("SELECT deletion_due_at FROM users") == world.clock.now + 7 * DAY
    world.clock.now += 7 * DAY - SECOND
    assert (await world.services.upkeep.purge())["users"] == 0
    world.clock.now += SECOND
    assert (await wrong(timedelta(seconds=59)).upkeep.purge())["users"] == 1


async def test_the_purge_that_refuses_says_what_to_do(world: World, wrong: Callable[[timedelta], Services]) -> None:
    server = wrong(8 * DAY)
    async with hurried(world, world.database, server) as logs:
        assert "set the wrong clock right" in (await logged(logs, "purge_failed"))["cause"]


@asynccontextmanager
async def hurried(
    world: World, database: Database, server: Services | None = None
) -> AsyncIterator[list[MutableMapping[str, Any]]]:
    """The purge as the server runs it, many times a second; gives what it logs."""
    services = world.services
    upkeep = Upkeep(
        database,
        server.database_clock if server else DatabaseClock(database, world.clock),
        services.settings,
        services.leaving,
        services.authenticator_removal,
        services.addresses,
        every=timedelta(milliseconds=5),
    )
    with capture_logs() as logs:
        chore = asyncio.create_task(upkeep.keep_clean())
        try:
            yield logs
            assert not chore.done()
        finally:
            chore.cancel()
            with suppress(asyncio.CancelledError):
                await chore


async def logged(logs: list[MutableMapping[str, Any]], event: str) -> MutableMapping[str, Any]:
    """The next line of that name from now on."""
    seen = len(logs)
    async with asyncio.timeout(30):
        while True:
            for line in logs[seen:]:
                if line["event"] == event:
                    return line
            await asyncio.sleep(0.005)


async def test_it_runs_by_itself_and_tells_what_it_did_in_one_line(world: World) -> None:
    await attempt(world, WRONG)
    world.clock.now += 40 * DAY
    async with hurried(world, world.database) as logs:
        line = await logged(logs, "purged")
        assert line["throttle"] == 2
        assert line.keys() >= {"spent_proofs", "sessions", "known_devices", "audit_events", "signing_keys"}
        assert (await logged(logs, "purged"))["throttle"] == 0


async def test_it_outlives_an_outage(world: World) -> None:
    nowhere = Database("postgresql://127.0.0.1:1/nothing", connections=1)
    await nowhere.open()
    async with hurried(world, nowhere) as logs:
        assert "reach our records" in (await logged(logs, "purge_failed"))["cause"]
        await logged(logs, "purge_failed")
    await nowhere.close()


async def test_it_outlives_a_database_that_is_not_migrated_yet(world: World) -> None:
    async with world.database.connection() as connection, hurried(world, world.database) as logs:
        await connection.execute("ALTER TABLE throttle RENAME TO put_aside")
        assert (await logged(logs, "purge_failed"))["cause"] == "UndefinedTableError"
        await connection.execute("ALTER TABLE put_aside RENAME TO throttle")
        await logged(logs, "purged")


async def test_the_server_starts_it(dsn: str, tmp_path: Path) -> None:
    app = create_app(settings_for(dsn, tmp_path), dsn, SECRET.encode())
    async with app.router.lifespan_context(app):
        assert "upkeep" in {task.get_name() for task in asyncio.all_tasks()}
    assert "upkeep" not in {task.get_name() for task in asyncio.all_tasks()}
