"""No index of ours is in an order that changes with the operating system's library."""

from typing import Final

import asyncpg
import pytest

from doorstep.doctor import queries as doctor
from doorstep.kit import migrate
from doorstep.kit.clock import utc_now
from tests.cluster import Cluster, with_database
from tests.upgrades.revisions import opened
from tests.world import World

_IN_ANOTHER_ORDER: Final = """
SELECT DISTINCT attrelid::regclass::text AS index FROM pg_attribute
JOIN pg_index ON indexrelid = attrelid JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = 'public'::regnamespace AND attcollation <> 0 AND attcollation <> '"C"'::regcollation
"""
_ADD: Final = """
INSERT INTO users (id, email, email_key, email_key_form, created_at, updated_at)
SELECT gen_random_uuid(), name, name, 2, now(), now()
FROM (SELECT chr(97 + n % 26) || chr(228 + n % 20) || '-' || n || '_' || chr(65 + n % 26) || '@x.org' AS name
      FROM generate_series(1, 584) AS n) AS names
ON CONFLICT (email_key) DO NOTHING
"""

EXCUSED: Final = {"alembic_version_pkc": "one row of four digits"}


async def test_every_text_that_is_a_key_is_ordered_by_its_bytes(world: World) -> None:
    async with world.database.connection() as connection:
        found = {row["index"] for row in await connection.fetch(_IN_ANOTHER_ORDER)}
    assert found == set(EXCUSED)


async def test_an_order_that_changes_under_the_indexes_loses_nobody_and_is_told(cluster: Cluster) -> None:
    """Another locale in the catalogue stands for a new library, which orders the same texts otherwise."""
    name = "ordered_by_a_language"
    dsn = with_database(cluster.admin_dsn, name)
    admin = await asyncpg.connect(cluster.admin_dsn)
    await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    try:
        await admin.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LOCALE 'C'"
        )
    except asyncpg.FeatureNotSupportedError:
        await admin.close()
        pytest.skip("this PostgreSQL was made without ICU")
    try:
        await migrate.upgrade(dsn)
        async with opened(dsn) as connection:
            assert (await doctor.facts(connection, utc_now)).outgrown_collations == ()
            assert await connection.execute(_ADD) == "INSERT 0 584"
        column = "datlocale" if await admin.fetchval("SHOW server_version_num") >= "170000" else "daticulocale"
        await admin.execute(
            f"UPDATE pg_database SET {column} = 'en-u-kn-true-kf-upper-ka-shifted', datcollversion = '0' "  # noqa: S608 -- names of the test
            f"WHERE datname = '{name}'"
        )
        async with opened(dsn) as connection:
            assert await connection.execute(_ADD) == "INSERT 0 0"
            assert (await doctor.facts(connection, utc_now)).outgrown_collations == ("the database",)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
