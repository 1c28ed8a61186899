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
from sqlalchemy.ext.asyncio import create_async_engine

# Any number will do, as long as nothing else on the same database takes it: two starts at once wait for each other.
_LOCK = 0x00D0_0258
_WAIT = "200ms"
"""How long one try waits for the other start."""


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "doorstep:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def upgrade(dsn: str) -> None:
    """Run every migration that is missing, one start at a time. `dsn` is a libpq URL."""
    async with _one_at_a_time(dsn):
        # SQLAlchemy reads a URL otherwise than libpq does (a socket's directory, for one), so asyncpg reads it.
        engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn, timeout=10))
        try:
            async with engine.connect() as connection:
                await connection.run_sync(_upgrade)
        finally:
            await engine.dispose()


@asynccontextmanager
async def _one_at_a_time(dsn: str) -> AsyncIterator[None]:
    """Hold the lock in a transaction of its own, which also holds behind PgBouncer in transaction mode.

    Nothing here may keep a snapshot, which an index that is made beside writers waits for: so the wait is cut into
    short ones, and each statement goes by the simple protocol (asyncpg leaves the portal of any other one open).
    """
    holder = await asyncpg.connect(dsn, timeout=10)
    try:
        while True:
            transaction = holder.transaction()
            await transaction.start()
            try:
                await holder.execute(f"SET LOCAL lock_timeout = '{_WAIT}'; SELECT pg_advisory_xact_lock({_LOCK})")
            except asyncpg.LockNotAvailableError:
                await transaction.rollback()
            else:
                break
        yield
        await transaction.rollback()
    finally:
        await holder.close()


if __name__ == "__main__":
    asyncio.run(upgrade(sys.stdin.read().strip()))
