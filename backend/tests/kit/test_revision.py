from alembic.config import Config
from alembic.script import ScriptDirectory

from doorstep.kit.database import Database
from doorstep.kit.revision import current_revision, newest_revision
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
