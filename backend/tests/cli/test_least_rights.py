"""A role that serves and owns nothing, with what `doorstep db grants` prints: it serves, and cannot harm the trail."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from doorstep.kit import migrate
from doorstep.kit.postgres_programs import installed_programs
from doorstep.kit.postgres_socket import reachable_directory
from tests.cli.process import GOOD_PASSWORD, command, served
from tests.waiting import wait_for

SECRET = "a secret for tests only, which opens nothing else"
OWNER, SERVER = "the owner", 'ser"ver'


@pytest.fixture(scope="module")
def superuser() -> Iterator[str]:
    """The socket of a PostgreSQL of its own, in which everybody is believed: roles can be made there."""
    with TemporaryDirectory(prefix="doorstep-roles-") as directory:
        folder = Path(directory) / "postgres"
        folder.mkdir(mode=0o700)
        programs = installed_programs(folder)
        programs.own(folder)
        place = programs.data_argument(folder)
        made = programs.start(
            "initdb", f"--pgdata={place}", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C",
            inside=folder, output=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert made.wait(60) == 0
        options = ("-c", "listen_addresses=", "-c", "unix_socket_directories=.", "-c", "fsync=off")
        server = programs.start(
            "postgres", "-D", place, *options, inside=folder, output=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        try:
            wait_for((folder / ".s.PGSQL.5432").exists, "PostgreSQL listens")
            yield str(reachable_directory(folder))
        finally:
            server.terminate()
            server.wait(30)


def url(socket: str, role: str, database: str = "doorstep") -> str:
    return f"postgresql://{role.replace(' ', '%20').replace(chr(34), '%22')}@/{database}?host={socket}"


async def run(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def until_up(dsn: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                return await run(dsn)
            except (OSError, asyncpg.CannotConnectNowError):
                await asyncio.sleep(0.05)


def test_what_is_printed_is_enough_and_no_more(superuser: str, tmp_path: Path) -> None:
    admin, owner, server = url(superuser, "postgres", "postgres"), url(superuser, OWNER), url(superuser, SERVER)
    asyncio.run(until_up(admin))
    asyncio.run(
        run(admin, f'CREATE ROLE "{OWNER}" LOGIN', f'CREATE ROLE "{SERVER.replace(chr(34), chr(34) * 2)}" LOGIN',
            f'CREATE DATABASE doorstep OWNER "{OWNER}"', "REVOKE ALL ON DATABASE doorstep FROM PUBLIC")
    )  # fmt: skip
    as_owner = {"DOORSTEP_DATABASE_URL": owner, "DOORSTEP_SECRET": SECRET}
    known = {"DOORSTEP_DATABASE_URL": server, "DOORSTEP_SECRET": SECRET}
    assert command("db", "upgrade", cwd=tmp_path, **as_owner).returncode == 0

    printed = command("db", "grants", SERVER, cwd=tmp_path, **as_owner)
    assert printed.returncode == 0, printed.stderr
    assert "ALTER DEFAULT PRIVILEGES" in printed.stdout
    refused = command("db", "status", cwd=tmp_path, **known)
    assert refused.returncode == 2
    asyncio.run(run(owner, *printed.stdout.strip().splitlines()))

    with served(tmp_path, **known) as running:
        made = command(
            "users", "create", "ada@example.com", "--password-stdin", cwd=tmp_path, typed=f"{GOOD_PASSWORD}\n", **known
        )
        assert made.returncode == 0, made.stderr
        answer = running.ask("/api/v1/auth/login", {"email": "ada@example.com", "password": GOOD_PASSWORD})
        assert answer is not None
        assert answer.status == 200
    delete = ("users", "delete", "--now", "--yes", "ada@example.com")
    for arguments in (("db", "purge"), ("keys", "rotate"), ("events",), ("db", "status"), delete):
        done = command(*arguments, cwd=tmp_path, **known)
        assert done.returncode == 0, (arguments, done.stderr)

    for forbidden in (
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "ALTER TABLE audit_events DISABLE TRIGGER ALL",
        "DROP TABLE users",
        "CREATE TABLE another (one int)",
        "UPDATE alembic_version SET version_num = '0001'",
        "UPDATE suitable_servers SET from_revision = '9999'",
    ):
        with pytest.raises(asyncpg.PostgresError):
            asyncio.run(run(server, forbidden))

    # What later upgrades make: by the default privileges, and where those were forgotten by the upgrade itself.
    asyncio.run(run(owner, "CREATE TABLE later (one int)", f"REVOKE ALL ON later FROM {quoted(SERVER)}"))
    asyncio.run(migrate.upgrade(owner))
    asyncio.run(run(server, "SELECT FROM later"))
    found = command("doctor", "--json", cwd=tmp_path, **known).stdout
    assert "not the owner of the tables" in found


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
