"""Migrations: bring the schema to the revision this copy of Doorstep was written for."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from doorstep.kit.database import Connection as DatabaseConnection

# Any number will do, as long as nothing else on the same database takes it: two starts at once wait for each other.
_LOCK = 0x00D0_0257


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "doorstep:migrations")
    return config


def newest_revision() -> str:
    """The revision that this copy of Doorstep needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("this copy of Doorstep has no migrations; install it again")
    return head


def _upgrade(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def upgrade(dsn: str) -> None:
    """Run every migration that is missing, one start at a time. `dsn` is a libpq URL."""
    engine = create_async_engine(make_url(dsn).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


async def current_revision(connection: DatabaseConnection) -> str | None:
    """The revision that the database is at; None when no migration has run."""
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return revision
