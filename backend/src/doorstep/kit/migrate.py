"""Migrations: bring the schema to the revision this copy of Doorstep was written for.

`python -m doorstep.kit.migrate`, with the database's URL on standard input, is how commands run it: in a process of
its own, because the library is slow to load and large to keep.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from doorstep.kit.connecting import Hosts
from doorstep.kit.outages import Outage, outage_of

# Any number will do, as long as nothing else on the same database takes it: two starts at once wait for each other.
_LOCK = 0x00D0_0258
_WAIT = "200ms"
"""How long one try waits for the other start."""
_TAKE_LOCK = f"""
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL lock_timeout = '{_WAIT}';
SELECT pg_advisory_xact_lock({_LOCK})
"""
# What an operator may have set for requests would cut off an index of a large table, again with each try.
_NO_LIMITS = """
SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),
       set_config('idle_in_transaction_session_timeout', '0', false)
"""


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "doorstep:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def upgrade(dsn: str) -> None:
    """Run every migration that is missing, one start at a time. `dsn` is a libpq URL."""
    async with _one_at_a_time(dsn):
        # SQLAlchemy reads a URL otherwise than libpq does (a socket's directory, for one), so asyncpg reads it.
        engine = create_async_engine("postgresql+asyncpg://", async_creator=Hosts(dsn, seconds=10).connect)
        try:
            async with engine.connect() as connection:
                await connection.exec_driver_sql(_NO_LIMITS)
                await connection.commit()
                await connection.run_sync(_upgrade)
        finally:
            await engine.dispose()


@asynccontextmanager
async def _one_at_a_time(dsn: str) -> AsyncIterator[None]:
    """Hold the lock in a transaction of its own, which also holds behind PgBouncer in transaction mode.

    Nothing here may keep a snapshot, which an index that is made beside writers waits for: so the wait is cut into
    short ones, and each statement goes by the simple protocol (asyncpg leaves the portal of any other one open).
    """
    holder = await Hosts(dsn, seconds=10).connect()
    try:
        while True:
            transaction = holder.transaction()
            await transaction.start()
            try:
                await holder.execute(_TAKE_LOCK)
            except asyncpg.LockNotAvailableError:
                await transaction.rollback()
            else:
                break
        yield
        await transaction.rollback()
    finally:
        await holder.close()


def _first_cause(error: BaseException) -> BaseException:
    """What began it: the libraries in between end their sentences with where to read on."""
    while (before := error.__cause__ or error.__context__) is not None:
        error = before
    return error


if __name__ == "__main__":
    try:
        asyncio.run(upgrade(sys.stdin.read().strip()))
    except (
        SQLAlchemyError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        OSError,
        TimeoutError,
    ) as failure:
        cause = _first_cause(failure)
        if outage_of(cause) is Outage.POOLED:
            sys.exit("a pooler in between loses prepared statements: give PostgreSQL's own address to this command.")
        sys.exit(str(cause).partition("\n")[0] or type(cause).__name__)
