"""An upgrade that was interrupted goes on when it is run again, two wait for each other, and one can be taken back."""

import asyncio
from datetime import timedelta
from typing import Final
from uuid import uuid4

import asyncpg
import pytest

from doorstep.cli import preparation
from doorstep.kit.revision import current_revision, newest_revision
from doorstep.kit.startup import StartupRefused
from tests.upgrades import old_statements as old
from tests.upgrades import revisions
from tests.upgrades.held import BROWSERS, WRITTEN_AT, session_of
from tests.upgrades.revisions import COLUMNS, INDEXES, Connection, opened, until, waits_for

_SCHEMA: Final = """
SELECT format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT format('constraint %s %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT format('index %s %s', pg_get_indexdef(indexrelid), indisvalid)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
"""
_INDEXES: Final = "SELECT indexrelid AS id FROM pg_index WHERE indisvalid = $1"
_CUT_OFF: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $1::integer = ANY (pg_blocking_pids(pid))"
)
_LIMITS: Final = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
_WAITS_LONGER: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE $1::integer = ANY (pg_blocking_pids(pid)) AND clock_timestamp() - query_start > interval '2 seconds'
"""
_IN_LINE: Final = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
"""


async def schema(connection: Connection) -> list[str]:
    """What the database is made of, whatever rows it has."""
    return sorted(row["format"] for row in await connection.fetch(_SCHEMA))


async def refreshed(connection: Connection, *but: str) -> None:
    """Every browser that was signed in comes back to a server of commit 5ce81d1, `but` those of these people."""
    asked = {session_of(held["refresh_token"]) for held in BROWSERS.values() if held["email"] not in but}
    now = await connection.fetch("SELECT id, generation FROM sessions WHERE id = ANY ($1)", asked)
    rotated = await connection.fetch(
        old.ROTATE,
        *([row["id"] for row in now], [row["generation"] for row in now], ["203.0.113.7" for _ in now]),
        *(WRITTEN_AT, WRITTEN_AT + timedelta(hours=1), WRITTEN_AT + timedelta(days=14)),
    )
    assert {row["id"] for row in rotated} == asked


async def is_whole(old_dsn: str, dsn: str) -> None:
    """The upgraded database is what a new one would be, and everybody is signed in."""
    async with opened(old_dsn) as upgraded, opened(dsn) as new:
        assert await current_revision(upgraded) == newest_revision()
        assert await schema(upgraded) == await schema(new)
        assert await upgraded.fetch("SELECT conname FROM pg_constraint WHERE NOT convalidated") == []
        await refreshed(upgraded)


async def interrupted(old_dsn: str, table: str) -> None:
    """An upgrade that loses its connection while it waits for somebody who writes to that table."""
    async with opened(old_dsn) as watcher, opened(old_dsn) as writer, writer.transaction():
        await writer.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
        upgrade = asyncio.create_task(asyncio.to_thread(preparation.upgrade, old_dsn))  # in a process of its own
        await until(watcher, upgrade, _CUT_OFF, writer.get_server_pid())
        with pytest.raises(StartupRefused, match="terminating connection"):
            await upgrade


async def test_interrupted_among_the_columns_it_goes_on(old_dsn: str, dsn: str) -> None:
    await interrupted(old_dsn, "one_time_tokens")
    async with opened(old_dsn) as connection:
        assert await current_revision(connection) == revisions.OLD
        assert await connection.fetchval("SELECT min(session_epoch) FROM users") == 1
        await refreshed(connection)
    await revisions.newest(old_dsn)
    await is_whole(old_dsn, dsn)


async def test_interrupted_between_columns_and_indexes_it_goes_on(old_dsn: str, dsn: str) -> None:
    await revisions.up(old_dsn, COLUMNS)
    async with opened(old_dsn) as connection:
        await refreshed(connection)
    await revisions.newest(old_dsn)
    await is_whole(old_dsn, dsn)


@pytest.mark.parametrize("table", ["sessions", "outbox"])
async def test_interrupted_in_the_middle_of_an_index_it_goes_on(old_dsn: str, dsn: str, table: str) -> None:
    await revisions.up(old_dsn, COLUMNS)
    await interrupted(old_dsn, table)
    async with opened(old_dsn) as connection:
        assert len(await connection.fetch(_INDEXES, False)) == 1
        made = {row["id"] for row in await connection.fetch(_INDEXES, True)}
        assert await current_revision(connection) == COLUMNS
        await refreshed(connection)
        await revisions.up(old_dsn, INDEXES)
        # What was made is not made again; of the large ones that takes long.
        left = {row["id"] for row in await connection.fetch(_INDEXES, True)}
        assert len(made - left) == 5  # those that others take the place of
    await revisions.newest(old_dsn)
    await is_whole(old_dsn, dsn)


async def test_interrupted_at_the_trail_it_goes_on_and_tells_when_old_servers_write(old_dsn: str, dsn: str) -> None:
    await revisions.up(old_dsn, "0017")
    await interrupted(old_dsn, "audit_events")
    await revisions.newest(old_dsn)
    async with opened(old_dsn) as connection:
        assert await connection.fetchval("SELECT count(written_at) FROM audit_events") == 0
        event = (uuid4(), WRITTEN_AT, "login", "success", None, None, None, None, None, "{}")
        await connection.execute(old.INSERT_EVENT, *event)
        told = "SELECT now() - written_at < interval '1 minute' FROM audit_events WHERE id = $1"
        assert await connection.fetchval(told, event[0])
        # One that could not be made is left behind as one that was interrupted is.
        await connection.execute("DROP INDEX audit_events_as_written")
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute("CREATE UNIQUE INDEX CONCURRENTLY audit_events_as_written ON audit_events ((1))")
        assert len(await connection.fetch(_INDEXES, False)) == 1
        await connection.execute("UPDATE alembic_version SET version_num = '0017'")
    await revisions.newest(old_dsn)
    await is_whole(old_dsn, dsn)


async def test_limits_that_are_set_for_requests_are_none_for_an_upgrade(old_dsn: str, dsn: str) -> None:
    """It waits for an index, and the lock is held meanwhile, for longer than any of them."""
    await revisions.up(old_dsn, COLUMNS)
    async with opened(old_dsn) as watcher, opened(old_dsn) as writer:
        name = await watcher.fetchval("SELECT current_database()")
        for limit in _LIMITS:
            await watcher.execute(f"ALTER DATABASE {name} SET {limit} = '1s'")
        transaction = writer.transaction()
        await transaction.start()
        await writer.execute("LOCK TABLE sessions IN ROW EXCLUSIVE MODE")
        upgrade = asyncio.create_task(revisions.newest(old_dsn))
        await until(watcher, upgrade, _WAITS_LONGER, writer.get_server_pid())
        await transaction.commit()
        await upgrade
        for limit in _LIMITS:
            await watcher.execute(f"ALTER DATABASE {name} RESET {limit}")
    await is_whole(old_dsn, dsn)


async def test_two_upgrades_at_once_run_one_after_the_other(old_dsn: str, dsn: str) -> None:
    async with opened(old_dsn) as watcher, opened(old_dsn) as writer:
        transaction = writer.transaction()
        await transaction.start()
        await writer.execute("LOCK TABLE users IN ROW EXCLUSIVE MODE")
        first = asyncio.create_task(revisions.newest(old_dsn))
        assert await waits_for(watcher, first, writer.get_server_pid())
        second = asyncio.create_task(revisions.newest(old_dsn))
        await until(watcher, second, _IN_LINE)
        await transaction.commit()
        await first
        await second
    await is_whole(old_dsn, dsn)


async def test_taken_back_and_done_again_it_keeps_who_is_signed_in(old_dsn: str, dsn: str) -> None:
    async with opened(old_dsn) as connection:
        before = await schema(connection)
        await revisions.newest(old_dsn)
        # What only the new revision can say, in what the old one can.
        await connection.execute("UPDATE users SET session_epoch = 2, device_epoch = 2 WHERE email = 'gus@example.org'")
        await connection.execute(
            "UPDATE sessions SET revoked_at = now(), revoked_reason = 'too_many_sessions' "
            "FROM users WHERE users.id = user_id AND email = 'hal@example.org'"
        )
        await connection.execute(
            "INSERT INTO throttle (subject, kind, failures, admitted, window_began_at, touched_at) "
            "SELECT sha256('a factor'), 'factor', 1, true, now(), now()"
        )
        await revisions.down(old_dsn, revisions.OLD)
        assert await current_revision(connection) == revisions.OLD
        assert await schema(connection) == before
        await refreshed(connection, "gus@example.org", "hal@example.org")
        gone = "SELECT count(*) FROM {} JOIN users ON users.id = user_id WHERE email = 'gus@example.org'"
        assert await connection.fetchval(f"{gone.format('sessions')} AND revoked_at IS NULL") == 0
        assert await connection.fetchval(gone.format("known_devices")) == 0
    await revisions.newest(old_dsn)
    async with opened(old_dsn) as connection, opened(dsn) as new:
        assert await schema(connection) == await schema(new)
        await refreshed(connection, "gus@example.org", "hal@example.org")
