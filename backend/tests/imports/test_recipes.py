"""The recipes of docs/importing.md, run as they stand there, on exports in the form of the other systems.

Fields that an export may leave out are left out, and a recipe that fails leaves no file that could be imported.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from doorstep.kit.firebase_scrypt import FirebaseProject
from tests.imports.files import BCRYPT, imported
from tests.imports.test_golden import GOLDEN
from tests.tree import ROOT
from tests.world import PHONE, World

PAGE = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
BY_NAME = {each["name"]: each for each in GOLDEN}
PASSWORD = BY_NAME["Keycloak pbkdf2-sha256"]["password"]
HERONS = "seven quiet herons at dawn"


def recipe(heading: str, program: str) -> str:
    """The command of this program under the heading, up to the file that it makes."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line[4:] for line in section.splitlines() if line.startswith("    ")]
    begin = next(number for number, line in enumerate(lines) if line.startswith(program))
    end = next(number for number, line in enumerate(lines) if number >= begin and " && mv " in line)
    return "\n".join(lines[begin : end + 1])


def run(command: str, directory: Path) -> int:
    return subprocess.run(["sh", "-c", command], cwd=directory, capture_output=True, check=False).returncode


def keycloak(email: str, stored: str | None, **changes: object) -> dict[str, Any]:
    """A user as Keycloak exports it, with a hash that is given in the PHC format."""
    user: dict[str, Any] = {"username": email, "emailVerified": True, "enabled": True, "credentials": []}
    user |= {"email": email, "createdTimestamp": 1700000000123}
    if stored is not None:
        _, algorithm, rounds, salt, value = stored.split("$")
        user["credentials"] = [
            {"type": "otp", "secretData": "{}", "credentialData": "{}"},
            {
                "type": "password",
                "secretData": json.dumps({"value": value, "salt": salt, "additionalParameters": {}}),
                "credentialData": json.dumps(
                    {
                        "hashIterations": int(rounds.removeprefix("i=")),
                        "algorithm": algorithm,
                        "additionalParameters": {},
                    }
                ),
            },
        ]
    return {name: value for name, value in (user | changes).items() if value is not None}


ARGON2 = {
    "type": "password",
    "secretData": json.dumps({"value": "ttN6+X1wWzY6TLW1w8UIlL45Gj7N6iE/O0mkpSPZw3o=", "salt": "c29tZXNhbHQx"}),
    "credentialData": json.dumps(
        {
            "hashIterations": 3,
            "algorithm": "argon2",
            "additionalParameters": {
                "hashLength": ["32"],
                "memory": ["4096"],
                "type": ["i"],
                "version": ["1.3"],
                "parallelism": ["1"],
            },
        }
    ),
}


async def log_in(world: World, email: str, password: str) -> None:
    await world.services.login.with_password(email, password, remember=False, client=PHONE)


needs_jq = pytest.mark.skipif(shutil.which("jq") is None, reason="the recipe needs jq")


@needs_jq
async def test_keycloak(world: World, tmp_path: Path) -> None:
    sha256, sha512 = (BY_NAME[f"Keycloak pbkdf2-{name}"]["stored"] for name in ("sha256", "sha512"))
    users = [
        keycloak("ada@example.org", sha256),
        keycloak("bob@example.org", sha512, createdTimestamp=None, emailVerified=None, enabled=None),
        keycloak("carl@example.org", None, credentials=[ARGON2]),
        keycloak("dora@example.org", None, credentials=[{"type": "password", "temporary": False}]),
        keycloak("eve@example.org", None, credentials=None, enabled=False),
        {"username": "service-account-shop", "enabled": True, "serviceAccountClientId": "shop"},
    ]
    (tmp_path / "realm.json").write_text(json.dumps({"realm": "shop", "users": users}))
    assert run(recipe("From Keycloak", "jq"), tmp_path) == 0
    progress, told = await imported(world, tmp_path / "users.jsonl")
    assert (progress.added, progress.without_password, told.lines) == (5, 2, [])
    await log_in(world, "ada@example.org", PASSWORD)
    await log_in(world, "bob@example.org", PASSWORD)
    await log_in(world, "carl@example.org", "correct horse battery staple")
    assert await world.scalar("SELECT status FROM users WHERE email_key = 'eve@example.org'") == "disabled"
    assert await world.scalar("SELECT created_at FROM users WHERE email_key = 'bob@example.org'") == world.clock.now


@needs_jq
async def test_firebase(world: World, tmp_path: Path) -> None:
    golden = BY_NAME["Firebase, published"]
    whole = {"localId": "a", "email": "ada@example.org", "emailVerified": True, "createdAt": "1700000000123"}
    hashed = {"passwordHash": golden["stored"], "salt": golden["salt"]}
    users = [
        whole | hashed,
        {"localId": "b", "email": "bob@example.org"} | hashed,
        {"localId": "c", "email": "carl@example.org", "providerUserInfo": [], "disabled": True},
        {"localId": "d", "phoneNumber": "+4711"},
    ]
    (tmp_path / "export.json").write_text(json.dumps({"users": users}))
    assert run(recipe("From Firebase", "jq"), tmp_path) == 0
    progress, told = await imported(world, tmp_path / "users.jsonl", FirebaseProject.read(golden["firebase"]))
    assert (progress.added, progress.without_password, told.lines) == (3, 1, [])
    for email in ("ada@example.org", "bob@example.org"):
        await log_in(world, email, golden["password"])


@needs_jq
async def test_wordpress(world: World, tmp_path: Path) -> None:
    old, new = "$P$BA5.Rke59XZIioozAzbGsrUmThf8710", "$wp$2y$10$hwBsNTb7LQriswChsUOr9u36/Q/k9UuzJz5HwLbjgEt8W4rOQASM."
    rows = [
        ("ada@example.org", old, "2020-01-02 03:04:05"),
        ("bob@example.org", new, "0000-00-00 00:00:00"),
        ("", "x", "2020-01-02 03:04:05"),
    ]
    users = [dict(zip(("user_email", "user_pass", "user_registered"), row, strict=True)) for row in rows]
    (tmp_path / "export.json").write_text(json.dumps(users))
    assert run(recipe("From WordPress", "jq"), tmp_path) == 0
    progress, told = await imported(world, tmp_path / "users.jsonl")
    assert (progress.added, told.lines) == (2, [])
    for email in ("ada@example.org", "bob@example.org"):
        await log_in(world, email, "correct horse battery staple")


@needs_jq
@pytest.mark.parametrize(
    ("heading", "file", "content"),
    [
        ("From Keycloak", "realm.json", '{"users": [{"email": "a"}, {"email": "b", "createdTimestamp": "x"}]}'),
        ("From Firebase", "export.json", '{"users": [{"email": "a"}, {"email": "b", "createdAt": "x"}]}'),
        ("From WordPress", "export.json", '[{"user_email": "a"}, {"user_email": "b", "user_pass": '),
    ],
)
def test_what_breaks_off_leaves_nothing_to_import(tmp_path: Path, heading: str, file: str, content: str) -> None:
    (tmp_path / file).write_text(content)
    assert run(recipe(heading, "jq"), tmp_path) != 0
    assert not (tmp_path / "users.jsonl").exists()


TABLES = {
    "From FastAPI Users": (
        'CREATE TABLE "user" (id uuid, email text, hashed_password text, is_active bool, is_verified bool)',
        "INSERT INTO \"user\" VALUES ('0190a6b2-7c1e-7d43-9f5a-2b8c4d6e8f01', 'ada@example.org', 'HASH', true, true)",
    ),
    "From SuperTokens": (
        "CREATE TABLE emailpassword_users (app_id text, user_id text, email text, password_hash text, time_joined int)",
        "CREATE TABLE emailverification_verified_emails (app_id text, user_id text, email text)",
        "INSERT INTO emailpassword_users VALUES ('public', 'u', 'ada@example.org', 'HASH', 1700000000)",
    ),
}


@pytest.mark.skipif(shutil.which("psql") is None, reason="the recipe needs psql")
@pytest.mark.parametrize("heading", TABLES)
async def test_tables_of_postgresql(world: World, dsn: str, tmp_path: Path, heading: str) -> None:
    command = recipe(heading, "psql").replace("psql", f"psql '{dsn}'", 1)
    assert run(command, tmp_path) != 0  # no such table
    assert not (tmp_path / "users.csv").exists()
    async with world.database.connection() as connection:
        for statement in TABLES[heading]:
            await connection.execute(statement.replace("HASH", BCRYPT))
    assert run(command, tmp_path) == 0
    progress, told = await imported(world, tmp_path / "users.csv")
    assert (progress.added, told.lines) == (1, [])
    await log_in(world, "ada@example.org", HERONS)
