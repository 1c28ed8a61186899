"""What the tests of plans share."""

import asyncpg
import pytest

from tests.plans import rows


@pytest.fixture
async def full(dsn: str) -> str:
    """The URL of a database whose tables have rows: how many decides how PostgreSQL goes about a statement."""
    connection = await asyncpg.connect(dsn)
    await rows.fill(connection)
    await connection.close()
    return dsn
