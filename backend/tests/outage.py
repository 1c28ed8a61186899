"""Outages that the real database makes by itself: a disk that is full, as PostgreSQL tells it, for chosen tables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from doorstep.kit.database import Database

FULL = "53100"

_RAISE = """
CREATE FUNCTION outage_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = '{state}';
END $$;
CREATE TRIGGER outage BEFORE {act} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION outage_{table}()
"""


@asynccontextmanager
async def no_writes(
    database: Database, *tables: str, state: str = FULL, act: str = "INSERT OR UPDATE"
) -> AsyncIterator[None]:
    """While the block runs, PostgreSQL refuses to add to these tables, for want of room unless told otherwise."""
    async with database.connection() as connection:
        for table in tables:
            await connection.execute(_RAISE.format(table=table, state=state, act=act))
    try:
        yield
    finally:
        async with database.connection() as connection:
            for table in tables:
                await connection.execute(f"DROP FUNCTION outage_{table} CASCADE")
