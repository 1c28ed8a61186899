import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from doorstep.kit import migrate
from doorstep.kit.database import Database
from doorstep.kit.revision import Revision, current_revision, newest_revision, revision_of
from doorstep.migrations import promises
from tests.cluster import Cluster


def test_newest_is_told_as_the_migration_library_tells_it() -> None:
    config = Config()
    config.set_main_option("script_location", "doorstep:migrations")
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()


async def test_migrated_database_is_at_the_newest(database: Database) -> None:
    async with database.connection() as connection:
        assert await current_revision(connection) == newest_revision()


async def test_empty_database_has_none(cluster: Cluster) -> None:
    async with cluster.empty_database() as dsn:
        pool = Database(dsn, connections=1)
        await pool.open()
        async with pool.connection() as connection:
            assert await current_revision(connection) is None
        await pool.close()


@pytest.mark.parametrize(
    ("found", "suits"),
    [
        (Revision(None), False),
        (Revision("0016"), False),
        (Revision("0017"), True),
        (Revision("0018"), False),
        (Revision("0018", "0018"), False),
        (Revision("0018", "0017"), True),
        (Revision("0020", "0011"), True),
    ],
)
def test_a_newer_revision_suits_whom_it_promises(found: Revision, *, suits: bool) -> None:
    assert found.suits("0017") is suits


def test_each_migration_says_which_servers_go_on_with_it() -> None:
    config = Config()
    config.set_main_option("script_location", "doorstep:migrations")
    since = [each for each in ScriptDirectory.from_config(config).walk_revisions() if each.revision >= "0012"]
    assert since
    for migration in since:
        assert promises.suits_from(migration) <= migration.revision
        assert hasattr(migration.module, "compatible_from"), migration.revision


async def test_an_upgrade_tells_before_it_changes_anything(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    assert await revision_of(connection) == Revision(newest_revision(), "0011")
    await connection.execute("UPDATE alembic_version SET version_num = '0016'")
    await connection.execute("UPDATE suitable_servers SET from_revision = '0009'")
    await connection.execute("ALTER TABLE open_attempts RENAME TO in_the_way")
    await connection.execute("CREATE VIEW open_attempts AS SELECT 1 AS one")
    with pytest.raises(SQLAlchemyError):
        await migrate.upgrade(dsn)
    assert await revision_of(connection) == Revision("0016", "0011")
    await connection.close()
