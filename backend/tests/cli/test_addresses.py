"""Users of a version before this one: the first command renews their keys, and tells who shares a mailbox."""

from pathlib import Path
from typing import Final

from tests.cli.process import command
from tests.upgrades.revisions import opened

SECRET: Final = "Zk3v9Qw1mB7xT5yR8pL2nC6dF4gH0jK-sUeW"
OLD: Final = """
INSERT INTO users (id, email, email_key, created_at, updated_at) VALUES (gen_random_uuid(), $1, $1, now(), now())
"""


async def test_users_who_share_a_mailbox_are_listed(tmp_path: Path, dsn: str) -> None:
    settings = {"DOORSTEP_DATABASE_URL": dsn, "DOORSTEP_SECRET": SECRET}
    async with opened(dsn) as connection:
        await connection.execute(OLD, "cy@straße.example")
        none = command("users", "clashes", cwd=tmp_path, **settings)
        assert (none.returncode, none.stdout, none.stderr) == (0, "No two users share a mailbox.\n", "")
        assert await connection.fetchval("SELECT email_key FROM users") == "cy@xn--strae-oqa.example"

        await connection.execute(OLD, "ada@bücher.example")
        await connection.execute(OLD, "ada@xn--bcher-kva.example")
        listed = command("users", "clashes", cwd=tmp_path, **settings)
        assert listed.returncode == 0
        [line] = listed.stdout.splitlines()
        assert line.startswith("ada@bücher.example (")
        assert "found by this spelling only: ada@xn--bcher-kva.example (" in line
        assert "`doorstep users clashes` lists them" in listed.stderr
