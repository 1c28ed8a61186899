"""Fixtures shared by all tests: a real PostgreSQL, a fresh database for each test, a clock moved by hand."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from doorstep.kit.database import Database
from tests.builders import HandClock, settings_for
from tests.cluster import Cluster, running_cluster
from tests.world import World, world_over

# A busy machine is no defect of what is tested: neither a slow example nor the slow making of one fails a test.
hypothesis_settings.register_profile("doorstep", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("doorstep")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write the requirements that a test proves beside its result, for `make asvs`."""
    for item in items:
        for mark in item.iter_markers("asvs"):
            item.user_properties += [("asvs", identity) for identity in mark.args]


@pytest.fixture(scope="session")
def cluster(worker_id: str) -> Iterator[Cluster]:
    with running_cluster(f"doorstep_test_{worker_id}") as running:
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


@pytest.fixture
async def world(dsn: str, database: Database, clock: HandClock, tmp_path: Path) -> AsyncIterator[World]:
    """All services over this test's database."""
    made = await world_over(database, clock, settings_for(dsn, tmp_path))
    yield made
    made.services.close()
