"""Going to a revision, as `doorstep.kit.migrate` does it, and looking on while that waits for somebody."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection as Synchronous
from sqlalchemy.ext.asyncio import create_async_engine

from doorstep.kit import migrate

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

OLD, COLUMNS, INDEXES = "0009", "0010", "0011"
"""That of commit 5ce81d1, and the two that its upgrade begins with."""

PATIENCE = 60
"""Seconds for what comes at once where nothing is wrong."""

_BLOCKING = """
SELECT held.pid FROM pg_stat_activity waiting, unnest($1::integer[]) AS held (pid)
WHERE waiting.datname = current_database() AND held.pid = ANY (pg_blocking_pids(waiting.pid)) LIMIT 1
"""


async def newest(dsn: str) -> None:
    """The upgrade as `doorstep db upgrade` runs it, which ends."""
    async with asyncio.timeout(PATIENCE):
        await migrate.upgrade(dsn)


async def up(dsn: str, revision: str) -> None:
    """Upgrade to that revision, without the lock that lets one start wait for another."""
    await _run(dsn, lambda config: command.upgrade(config, revision))


async def down(dsn: str, revision: str) -> None:
    """Downgrade to that revision."""
    await _run(dsn, lambda config: command.downgrade(config, revision))


async def _run(dsn: str, go: Callable[[Config], None]) -> None:
    def run(connection: Synchronous) -> None:
        config = Config()
        config.set_main_option("script_location", "doorstep:migrations")
        config.attributes["connection"] = connection
        go(config)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


@asynccontextmanager
async def opened(dsn: str) -> AsyncIterator[Connection]:
    """A connection of the test's own."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def waits_for(watcher: Connection, upgrade: "asyncio.Task[None]", *holders: int) -> int | None:
    """The one of these backends that somebody waits for, as soon as one is; None when the upgrade is over instead."""
    async with asyncio.timeout(PATIENCE):
        while not upgrade.done():
            pid: int | None = await watcher.fetchval(_BLOCKING, holders)
            if pid is not None:
                return pid
    return None


async def until(watcher: Connection, upgrade: "asyncio.Task[None]", statement: str, *arguments: object) -> None:
    """Look until the statement finds something, which it does before the upgrade is over."""
    async with asyncio.timeout(PATIENCE):
        while not await watcher.fetchval(statement, *arguments):
            assert not upgrade.done()
