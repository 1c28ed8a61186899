"""PgBouncer, which is noticed before it does harm: at the start, by the doctor, and while requests are served."""

from pathlib import Path

import pytest

from doorstep.kit.database import Database, DatabaseUnavailable
from doorstep.kit.outages import Pooled
from doorstep.kit.pooler import loses_statements, require_own_statements
from doorstep.kit.startup import StartupRefused
from tests.cli.process import assert_one_sentence, command, free_port
from tests.pooler import pooled

SECRET = "a secret for tests only, which opens nothing else"
SETTING = "DOORSTEP_DATABASE_STATEMENT_CACHE=0"


@pytest.mark.parametrize(
    ("mode", "more", "lost"),
    [
        ("transaction", {}, True),
        ("transaction", {"default_pool_size": 1}, True),
        ("transaction", {"server_round_robin": 1}, True),
        ("session", {}, False),
    ],
)
async def test_lost_statements_are_noticed(
    dsn: str, tmp_path: Path, mode: str, more: dict[str, object], lost: bool
) -> None:
    assert not await loses_statements(dsn)
    with pooled(dsn, tmp_path, mode, **more) as through:
        for _ in range(3):
            assert await loses_statements(through) is lost


def test_nothing_starts_where_they_are_lost(dsn: str, tmp_path: Path) -> None:
    require_own_statements(dsn)
    with pooled(dsn, tmp_path) as through, pytest.raises(StartupRefused, match=SETTING):
        require_own_statements(through)


async def prepared_elsewhere(database: Database) -> None:
    """What two requests do to each other there: one holds the connection on which the other has prepared."""
    async with database.connection() as one, database.connection() as other:
        await one.fetch("SELECT 1")
        async with other.transaction():
            await other.execute("SELECT 2")
            await one.fetch("SELECT 1")


async def test_what_it_loses_is_an_outage_that_says_so(dsn: str, tmp_path: Path) -> None:
    with pooled(dsn, tmp_path) as through:
        database = Database(through, connections=4)
        await database.open()
        with pytest.raises(DatabaseUnavailable) as outage:
            await prepared_elsewhere(database)
        assert isinstance(outage.value.__cause__, Pooled)
        assert outage.value.retry_after == 2
        await database.close()


def test_one_sentence_at_the_start_and_in_the_doctor(dsn: str, tmp_path: Path) -> None:
    with pooled(dsn, tmp_path) as through:
        known = {"DOORSTEP_DATABASE_URL": through, "DOORSTEP_SECRET": SECRET}
        for arguments in (("serve", "--port", str(free_port())), ("keys", "list")):
            assert_one_sentence(command(*arguments, cwd=tmp_path, **known), "PgBouncer", SETTING)
        told = command("doctor", "--json", cwd=tmp_path, **known).stdout
        assert SETTING in told
        known["DOORSTEP_DATABASE_STATEMENT_CACHE"] = "0"
        assert command("keys", "list", cwd=tmp_path, **known).returncode == 0
        told = command("doctor", "--json", cwd=tmp_path, **known).stdout
        assert "nothing is prepared on its connections" in told
