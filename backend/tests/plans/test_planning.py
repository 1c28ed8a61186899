"""How often PostgreSQL plans: once what is asked often, each time what depends on the arguments."""

from datetime import UTC, datetime

import asyncpg
import pytest

from doorstep.gate import queries as gate
from doorstep.kit.database import Connection, Database
from doorstep.kit.entropy import new_id
from doorstep.upkeep import queries as upkeep
from tests.plans import rows

_PLANS = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = $1"
_OFTEN = 12  # after five executions PostgreSQL itself begins to choose


@pytest.fixture
async def full(dsn: str) -> str:
    """A database whose tables have rows: how many decides what PostgreSQL would choose."""
    connection = await asyncpg.connect(dsn)
    await rows.fill(connection)
    await connection.close()
    return dsn


async def plans(connection: Connection, statement: str) -> tuple[int, int]:
    """How often that statement was executed here by a generic plan, and by one of its own."""
    row = await connection.fetchrow(_PLANS, statement)
    assert row is not None
    return row["generic_plans"], row["custom_plans"]


async def ask_often(database: Database) -> tuple[int, int]:
    """What became of the read behind every signed-in request."""
    for _ in range(_OFTEN):
        await gate.signed_in(database, [new_id(datetime.now(UTC))], datetime.now(UTC))
    async with database.connection() as connection:
        return await plans(connection, gate.SELECT_SIGNED_IN)


async def test_what_is_asked_often_is_planned_once(full: str) -> None:
    served = Database(full, connections=1)
    await served.open()
    assert await ask_often(served) == (_OFTEN, 0)
    await served.close()

    # PostgreSQL by itself would plan it each time: a list of keys is short more often than it believes.
    asked = Database(full, connections=1, plan_once=False)
    await asked.open()
    assert await ask_often(asked) == (0, _OFTEN)
    await asked.close()


async def test_behind_a_pooler_no_setting_outlives_its_transaction(full: str) -> None:
    pooled = Database(full, connections=1, statement_cache=0)
    await pooled.open()
    async with pooled.connection() as connection:
        assert await connection.fetchval("SHOW plan_cache_mode") == "auto"
    await pooled.close()


async def test_a_purge_is_planned_for_its_range(full: str) -> None:
    database = Database(full, connections=1)
    await database.open()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for _ in range(_OFTEN):
        async with database.transaction() as tx:
            await upkeep.delete_batch(tx, upkeep.SPENT_PROOFS, (long_ago, 10))
    async with database.connection() as connection:
        assert await plans(connection, upkeep.SPENT_PROOFS) == (0, _OFTEN)
        assert await connection.fetchval("SHOW plan_cache_mode") == "force_generic_plan"
    await database.close()
