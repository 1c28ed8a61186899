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
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from doorstep.kit import migrate
from doorstep.kit.embedded import EmbeddedPostgres

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

    async def prepare(self) -> None:
        """Make and migrate the template."""
        admin = await asyncpg.connect(self.admin_dsn)
        try:
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
    async def copied_database(self, dsn: str) -> AsyncIterator[str]:
        """The URL of a new database with everything of another, which nobody uses meanwhile; dropped afterwards."""
        async with self._made(urlsplit(dsn).path.removeprefix("/")) as copy:
            yield copy

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
def running_cluster(prefix: str) -> Iterator[Cluster]:
    """The cluster of this test process.

    It does not lie in pytest's folder: a second pytest takes back the right to pass through that, which PostgreSQL
    (started by root, it runs as somebody else) needs.
    """
    external = os.environ.get("DOORSTEP_TEST_DATABASE_URL")
    if external:
        cluster = Cluster(external, prefix)
        asyncio.run(cluster.prepare())
        yield cluster
        return
    with TemporaryDirectory(prefix="doorstep-test-") as directory:
        server = EmbeddedPostgres(Path(directory), throwaway=True)
        try:
            cluster = Cluster(server.start(), prefix)
            asyncio.run(cluster.prepare())
            yield cluster
        finally:
            server.stop()
