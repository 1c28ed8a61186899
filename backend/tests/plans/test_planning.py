"""How often PostgreSQL plans: once what is asked often, each time what depends on the arguments."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from doorstep.gate import queries as gate
from doorstep.kit.database import Connection, Database
from doorstep.kit.entropy import new_id
from doorstep.upkeep import queries as upkeep

_PLANS = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = $1"
_OFTEN = 12  # after five executions PostgreSQL itself begins to choose


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[Database]:
    """The pool, which has one connection so that what was planned there can be asked."""
    await database.open()
    try:
        yield database
    finally:
        await database.close()


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
    async with opened(Database(full, connections=1)) as served:
        assert await ask_often(served) == (_OFTEN, 0)
    # PostgreSQL by itself would plan it each time: a list of keys is short more often than it believes.
    async with opened(Database(full, connections=1, plan_once=False)) as asked:
        assert await ask_often(asked) == (0, _OFTEN)


async def test_behind_a_pooler_no_setting_outlives_its_transaction(full: str) -> None:
    pooled = Database(full, connections=1, statement_cache=0)
    async with opened(pooled), pooled.connection() as connection:
        assert await connection.fetchval("SHOW plan_cache_mode") == "auto"


async def test_a_purge_is_planned_for_its_range(full: str) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    async with opened(Database(full, connections=1)) as database:
        for _ in range(_OFTEN):
            async with database.transaction() as tx:
                await upkeep.delete_batch(tx, upkeep.SPENT_PROOFS, (long_ago, 10))
        async with database.connection() as connection:
            assert await plans(connection, upkeep.SPENT_PROOFS) == (0, _OFTEN)
            assert await connection.fetchval("SHOW plan_cache_mode") == "force_generic_plan"
