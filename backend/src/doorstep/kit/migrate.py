"""Migrations: bring the schema to the revision this copy of Doorstep was written for.

`python -m doorstep.kit.migrate`, with the database's URL on standard input, is how commands run it: in a process of
its own, because the library is slow to load and large to keep.
"""

import asyncio
import sys

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

# Any number will do, as long as nothing else on the same database takes it: two starts at once wait for each other.
_LOCK = 0x00D0_0257


def _upgrade(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = Config()
    config.set_main_option("script_location", "doorstep:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def upgrade(dsn: str) -> None:
    """Run every migration that is missing, one start at a time. `dsn` is a libpq URL."""
    # SQLAlchemy reads a URL otherwise than libpq does (a socket's directory, for one), so asyncpg reads it.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn, timeout=10))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(upgrade(sys.stdin.read().strip()))
