"""Fixtures shared by all tests: a real PostgreSQL, a fresh database for each test, a clock moved by hand."""

from collections.abc import AsyncIterator, Iterator

import pytest

from doorstep.kit.database import Database
from tests.builders import HandClock
from tests.cluster import Cluster, running_cluster


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Cluster]:
    with running_cluster(tmp_path_factory.mktemp("cluster"), f"doorstep_test_{worker_id}") as running:
        yield running


@pytest.fixture
async def dsn(cluster: Cluster) -> AsyncIterator[str]:
    """The URL of a migrated database that only this test sees."""
    async with cluster.migrated_database() as fresh:
        yield fresh


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[Database]:
    """An open pool on that database."""
    pool = Database(dsn, connections=8)
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
