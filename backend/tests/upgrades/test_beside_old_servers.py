"""An upgrade while servers of commit 5ce81d1 are at work: nobody waits long for it, and nothing goes wrong for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from asyncpg.transaction import Transaction

from doorstep.kit.revision import current_revision, newest_revision
from tests.upgrades import revisions
from tests.upgrades.old_servers import connected, old_servers
from tests.upgrades.revisions import COLUMNS, INDEXES, Connection, opened, waits_for

CHANGED: Final = (
    "held_addresses",
    "known_devices",
    "one_time_tokens",
    "outbox",
    "profiles",
    "recovery_codes",
    "sessions",
    "throttle",
    "totp",
    "users",
)
"""The tables of commit 5ce81d1 that its upgrade changes."""

_ALL: Final = ", ".join(CHANGED)

_MANY: Final = """
INSERT INTO outbox (id, kind, recipient, sealed_letter, created_at, due_at)
SELECT gen_random_uuid(), 'new_device', 'Many@Example.org', '\\x00', now(), now() FROM generate_series(1, 2500)
"""
_OF_TODAY: Final = "UPDATE outbox SET created_at = now() WHERE kind = 'email_changed' RETURNING id"
_UNFILLED: Final = """
SELECT id FROM outbox
WHERE (sent_at IS NULL OR created_at > now() - interval '1 day') AND (
    recipient_key IS DISTINCT FROM lower(recipient) OR turn_at IS DISTINCT FROM due_at
    OR priority <> CASE WHEN kind IN ('verify_email', 'reset_password') THEN 0 ELSE 1 END)
"""


@asynccontextmanager
async def holding(dsn: str, *tables: str) -> AsyncIterator[tuple[Connection, Transaction]]:
    """A transaction of an old server that has written to these tables and is still under way."""
    connection = await connected(dsn)
    transaction = connection.transaction()
    await transaction.start()
    await write(connection, *tables)
    try:
        yield connection, transaction
    finally:
        await connection.close()


async def write(connection: Connection, *tables: str) -> None:
    """What any write to these tables does first, and waits with. Fails when somebody else holds one for too long."""
    await connection.execute(f"LOCK TABLE {', '.join(tables)} IN ROW EXCLUSIVE MODE")


async def others_write(dsn: str) -> None:
    """Somebody else writes to every table."""
    async with holding(dsn, *CHANGED):
        pass


async def waited_for(
    watcher: Connection, held: dict[str, tuple[Connection, Transaction]], upgrade: "asyncio.Task[None]"
) -> str | None:
    """The table whose holder the upgrade waits for; None when it is over instead."""
    pids = {holder.get_server_pid(): table for table, (holder, _) in held.items()}
    blocking = await waits_for(watcher, upgrade, *pids)
    return None if blocking is None else pids[blocking]


async def test_old_servers_go_on_while_the_upgrade_waits_for_a_backup(old_dsn: str) -> None:
    async with opened(old_dsn) as watcher, opened(old_dsn) as backup, old_servers(old_dsn) as servers:
        transaction = backup.transaction(isolation="repeatable_read", readonly=True)
        await transaction.start()
        await backup.execute(f"LOCK TABLE {_ALL} IN ACCESS SHARE MODE")  # as pg_dump does it
        upgrade = asyncio.create_task(revisions.newest(old_dsn))
        assert await waits_for(watcher, upgrade, backup.get_server_pid())
        await servers.rounds(50)
        assert not upgrade.done()
        await transaction.commit()
        await upgrade
        await servers.rounds(10)
        assert await current_revision(watcher) == newest_revision()


async def test_no_table_is_waited_for_while_another_is_held(old_dsn: str) -> None:
    """Old servers come to the tables in any order: each would wait for the upgrade, and the upgrade for them."""
    async with opened(old_dsn) as watcher, AsyncExitStack() as stack:
        held = {table: await stack.enter_async_context(holding(old_dsn, table)) for table in CHANGED}
        upgrade = asyncio.create_task(revisions.up(old_dsn, COLUMNS))
        while held:
            table = await waited_for(watcher, held, upgrade)
            assert table, f"changed while somebody was at work on them: {sorted(held)}"
            holder, transaction = held.pop(table)
            await write(holder, *CHANGED)
            await others_write(old_dsn)
            await transaction.commit()
        await upgrade


async def test_an_index_is_made_and_dropped_beside_writers(old_dsn: str) -> None:
    await revisions.up(old_dsn, COLUMNS)
    waits = 0
    async with opened(old_dsn) as watcher, AsyncExitStack() as stack:
        holder, transaction = await stack.enter_async_context(holding(old_dsn, *CHANGED))
        upgrade = asyncio.create_task(revisions.up(old_dsn, INDEXES))
        # There is always somebody under way: the next one begins before the one before ends.
        while await waits_for(watcher, upgrade, holder.get_server_pid()):
            waits += 1
            following = await stack.enter_async_context(holding(old_dsn, *CHANGED))
            await transaction.commit()
            holder, transaction = following
        await upgrade
    assert waits > 10


async def test_mails_that_wait_or_that_a_limit_counts_get_their_turn(old_dsn: str) -> None:
    async with opened(old_dsn) as connection:
        await connection.execute(_MANY)  # more than are filled in one step
        assert await connection.fetch(_OF_TODAY)
        await revisions.newest(old_dsn)
        assert await connection.fetch(_UNFILLED) == []
        assert await connection.fetchval("SELECT count(*) FROM outbox WHERE recipient_key = 'many@example.org'") == 2500
        assert await connection.fetchval("SELECT count(*) FROM outbox WHERE recipient_key IS NULL") > 0
