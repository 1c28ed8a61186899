"""What the tests of upgrades share: the database of commit 5ce81d1, and today's services over it after the upgrade."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from doorstep.kit.database import Database
from tests.builders import HandClock, settings_for
from tests.cluster import Cluster
from tests.upgrades import revisions
from tests.upgrades.held import DUMP, WRITTEN_AT
from tests.upgrades.old_servers import OldServers, old_servers
from tests.world import World, world_over


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def as_written(cluster: Cluster) -> AsyncIterator[str]:
    """The URL of a database that is as that commit left it; to be copied, and to be left as it is."""
    async with cluster.empty_database() as dsn:
        await revisions.up(dsn, revisions.OLD)
        async with revisions.opened(dsn) as connection:
            await connection.execute(DUMP)
        yield dsn


@pytest.fixture
async def old_dsn(cluster: Cluster, as_written: str) -> AsyncIterator[str]:
    """The URL of a database of that commit that only this test sees."""
    async with cluster.copied_database(as_written) as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def upgraded(cluster: Cluster, as_written: str) -> AsyncIterator[tuple[str, OldServers]]:
    """The URL of such a database after its upgrade, and the servers that were at work meanwhile. To be copied."""
    async with cluster.copied_database(as_written) as dsn:
        async with old_servers(dsn) as servers:
            await revisions.newest(dsn)
            await servers.rounds(5)
        yield dsn, servers


@pytest.fixture
def meanwhile(upgraded: tuple[str, OldServers]) -> OldServers:
    """The servers that were at work during the upgrade."""
    return upgraded[1]


@pytest.fixture
async def today(cluster: Cluster, upgraded: tuple[str, OldServers], tmp_path: Path) -> AsyncIterator[World]:
    """Today's services over the upgraded database, at the moment of the upgrade."""
    async with cluster.copied_database(upgraded[0]) as dsn:
        database = Database(dsn, connections=8)
        await database.open()
        world = await world_over(database, HandClock(WRITTEN_AT), settings_for(dsn, tmp_path))
        yield world
        world.services.close()
        await database.close()
