"""What counts as an outage of the database, told by errors of the real one."""

import asyncpg
import pytest

from doorstep.kit.database import Database, DatabaseUnavailable
from doorstep.kit.outages import POOLED, Outage, Pooled, outage_of
from doorstep.kit.room import REMEMBERED, NotWritable, Room
from tests.cluster import Cluster, with_database
from tests.outage import FULL, no_writes

RAISED = {
    "53000": Outage.UNABLE,
    "53100": Outage.UNABLE,
    "53200": Outage.UNABLE,
    "53300": Outage.UNABLE,
    "55P03": Outage.UNABLE,
    "57014": Outage.UNABLE,
    "58000": Outage.UNABLE,
    "58030": Outage.UNABLE,
    "08006": Outage.LOST,
    "25006": Outage.LOST,
    "57P01": Outage.LOST,
    "57P02": Outage.LOST,
    "57P03": Outage.LOST,
    "57P05": Outage.LOST,
    "26000": Outage.POOLED,
    "42P05": Outage.POOLED,
    "23503": Outage.COLLISION,
    "40001": Outage.COLLISION,
    "40P01": Outage.COLLISION,
    "XX000": None,
    "23505": None,
    "42501": None,
    "P0001": None,
}


def raising(state: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION 'as it may happen' USING ERRCODE = '{state}'; END $$"


@pytest.mark.parametrize(("state", "outage"), RAISED.items())
async def test_by_the_code_of_the_error(database: Database, state: str, outage: Outage | None) -> None:
    expected = DatabaseUnavailable if outage else asyncpg.PostgresError
    with pytest.raises(expected) as raised:
        async with database.connection() as connection:
            await connection.execute(raising(state))
    if isinstance(raised.value, DatabaseUnavailable):
        assert raised.value.retry_after == (1 if outage is Outage.COLLISION else 2)
    else:
        assert outage_of(raised.value) is None
    assert await database.fetch("SELECT 1 AS one")


async def limited(database: Database, limit: str, statement: str) -> None:
    async with database.transaction() as tx:
        await tx.execute(f"SET LOCAL {limit} = '20ms'")
        await tx.execute(statement)


async def test_a_limit_of_the_operators_is_an_outage(database: Database) -> None:
    """`statement_timeout` and `lock_timeout`, set for the role or the database."""
    async with database.transaction() as holder:
        await holder.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseUnavailable) as lock:
            await limited(database, "lock_timeout", "SELECT FROM users")
    with pytest.raises(DatabaseUnavailable) as statement:
        await limited(database, "statement_timeout", "SELECT pg_sleep(60)")
    assert isinstance(lock.value.__cause__, asyncpg.LockNotAvailableError)
    assert isinstance(statement.value.__cause__, asyncpg.QueryCanceledError)


async def test_a_full_disk_keeps_its_connections(database: Database) -> None:
    """New ones cannot be made on a full disk, and reads go on by those that are open."""
    async with database.connection() as resting:
        pid = resting.get_server_pid()
    async with no_writes(database, "users"):
        with pytest.raises(DatabaseUnavailable):
            await database.fetch("UPDATE users SET email = email")
        async with database.connection() as connection:
            assert connection.get_server_pid() == pid


def test_what_the_driver_makes_of_a_lost_connection() -> None:
    for error in (
        asyncpg.InternalClientError("cannot switch to state 12"),
        asyncpg.TargetServerAttributeNotMatched("None of the hosts match"),
        asyncpg.ProtocolError("unexpected"),
        asyncpg.InterfaceError("connection is closed"),
        TimeoutError(),
        ConnectionResetError(),
    ):
        assert outage_of(error) is Outage.LOST
    assert outage_of(asyncpg.OutdatedSchemaCacheError("changed")) is Outage.COLLISION
    assert outage_of(ValueError()) is None


def test_what_postgresql_ends_the_connection_with_is_an_outage_whatever_its_code() -> None:
    """A full disk, at the start of a connection: `could not write init file`, an internal error until PostgreSQL 17."""
    fatal = asyncpg.PostgresError.new({"S": "FATAL", "V": "FATAL", "C": "XX000", "M": "could not write init file"})
    assert isinstance(fatal, asyncpg.InternalServerError)
    assert outage_of(fatal) is Outage.LOST


async def test_a_statement_that_a_pooler_lost_says_which_setting_mends_it(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable) as lost:
        async with database.connection() as connection:
            await connection.execute("EXECUTE nobody_prepared_it")
    assert isinstance(lost.value.__cause__, Pooled)
    assert POOLED in str(lost.value.__cause__)
    assert "DOORSTEP_DATABASE_STATEMENT_CACHE=0" in POOLED
    assert lost.value.detail is None  # the log has it; the answer does not


async def test_a_database_that_is_gone_is_an_outage(cluster: Cluster) -> None:
    database = Database(with_database(cluster.admin_dsn, "no_such_database"), connections=1)
    await database.open()
    with pytest.raises(DatabaseUnavailable):
        await database.fetch("SELECT 1")
    await database.close()


async def test_a_database_that_takes_no_writes_is_not_writable(dsn: str) -> None:
    database = Database(dsn, connections=1)
    await database.open()
    await database.require_writable()
    async with database.connection() as connection:
        await connection.execute("SET default_transaction_read_only = on")
    with pytest.raises(NotWritable, match="standby"):
        await database.require_writable()
    async with database.connection() as connection:
        await connection.execute("RESET default_transaction_read_only")
    await database.require_writable()
    await database.close()


async def test_a_write_that_found_no_room_counts_for_some_seconds(database: Database) -> None:
    now = 100.0
    room = Room(lambda: now)
    async with database.connection() as connection:
        await room.require(connection)
        room.note_refusal()
        with pytest.raises(NotWritable, match="full"):
            await room.require(connection)
        now += REMEMBERED
        await room.require(connection)


async def test_room_is_looked_for_by_writing(database: Database) -> None:
    """PostgreSQL puts aside in a file what is more than `work_mem`, and counts the bytes of it."""
    written = "SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()"
    now = 100.0
    room = Room(lambda: now)
    async with database.connection() as connection:
        await connection.execute("SELECT pg_stat_clear_snapshot()")
        before = int(await connection.fetchval(written))
        for _ in range(3):  # a flood of probes is one look
            await room.require(connection)
        await connection.execute("SELECT pg_stat_force_next_flush()")
        once = int(await connection.fetchval(written)) - before
        now += 1.0
        await room.require(connection)
        await connection.execute("SELECT pg_stat_force_next_flush()")
        twice = int(await connection.fetchval(written)) - before
    assert once > 100_000
    assert twice == 2 * once


def test_full_is_what_postgresql_says() -> None:
    assert asyncpg.DiskFullError.sqlstate == FULL
