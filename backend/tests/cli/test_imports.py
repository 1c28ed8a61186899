"""`doorstep users import`, as an operator runs it."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest
from rich.console import Console

from doorstep.cli.import_report import ImportReport
from doorstep.imports.models import NotImported, Reason
from tests.builders import SECRET
from tests.cli.process import assert_one_sentence, command, environment
from tests.hashing.test_formats import TOO_COSTLY
from tests.imports.files import BCRYPT, jsonl
from tests.imports.test_golden import GOLDEN
from tests.world import World


@pytest.fixture
def known(dsn: str) -> dict[str, str]:
    return {"DOORSTEP_DATABASE_URL": dsn, "DOORSTEP_SECRET": SECRET}


def entries(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.asvs("v5.0.0-16.2.5")
async def test_it_tells_what_it_did_and_nothing_of_a_hash(world: World, known: dict[str, str], tmp_path: Path) -> None:
    firebase = next(each for each in GOLDEN if "firebase" in each)
    (tmp_path / "firebase.json").write_text(json.dumps(firebase["firebase"]))
    hostile = TOO_COSTLY["bcrypt"]
    file = jsonl(
        tmp_path / "users.jsonl",
        [
            {"email": "ada@example.org", "password_hash": BCRYPT},
            {"email": "bob@example.org", "password_hash": hostile},
            {"email": "eve@example.org", "password_hash": firebase["stored"], "password_salt": firebase["salt"]},
            {"email": "ADA@example.org", "password_hash": BCRYPT},
            {"email": "fay@example.org", BCRYPT: "a hash in the wrong place"},
            {"email": "gil@example.org", "password_hash": "!"},
            {"email": "hal@example.org", "password_hash": "$apr1$fJMYU13Z$" + BCRYPT},
        ],
    )
    options = ("users", "import", str(file), "--firebase-config", "firebase.json", "--refused", "refused.jsonl")
    for rehearsal in (("--dry-run",), ()):
        done = command(*options, *rehearsal, cwd=tmp_path, **known)
        assert done.returncode == 1
        verb = "Would import" if rehearsal else "Imported"
        assert (
            f"{verb} 3 users, 1 of them without a password. 1 line of users who were there already, 3 refused.\n"
            in done.stdout
        )
        assert "line 7: The password hash is Apache's MD5 (htpasswd): too fast" in done.stderr
        assert "  1 x hash_unknown: The password hash is Apache's MD5 (htpasswd)" in done.stdout
        assert "line 2: The password hash asks for more work than a log-in may cost.\n" in done.stderr
        assert [(each["line"], each["reason"]) for each in entries(tmp_path / "refused.jsonl")] == [
            (2, "hash_too_costly"),
            (4, "twice_in_file"),
            (5, "fields_unknown"),
            (7, "hash_unknown"),
        ]
        told = done.stdout + done.stderr + (tmp_path / "refused.jsonl").read_text()
        for secret in (BCRYPT, hostile, firebase["stored"], firebase["firebase"]["base64_signer_key"]):
            assert secret not in told
    assert (tmp_path / "refused.jsonl").stat().st_mode & 0o777 == 0o600
    assert await world.scalar("SELECT count(*) FROM users") == 3


async def test_killed_in_the_middle_it_goes_on(world: World, known: dict[str, str], tmp_path: Path) -> None:
    count = 60_000
    lines: list[object] = [{"email": f"user{number}@example.org", "password_hash": BCRYPT} for number in range(count)]
    lines[::1000] = [{"email": "nobody"}] * len(lines[::1000])
    file = jsonl(tmp_path / "users.jsonl", lines)
    arguments = ["users", "import", str(file), "--refused", str(tmp_path / "refused.jsonl")]
    for how in (signal.SIGKILL, signal.SIGINT):
        begun = int(str(await world.scalar("SELECT count(*) FROM users")))
        program = [sys.executable, "-m", "doorstep", *arguments]
        process = await asyncio.create_subprocess_exec(*program, cwd=tmp_path, env=environment(known))
        while process.returncode is None and await world.scalar("SELECT count(*) FROM users") == begun:
            pass
        assert process.returncode is None, "it was done before it could be stopped"
        process.send_signal(how)
        await process.wait()
    done = command(*arguments, cwd=tmp_path, **known)
    assert done.returncode == 1, done.stderr
    assert await world.scalar("SELECT count(*) FROM users") == count - 60
    assert await world.scalar("SELECT count(*) FROM audit_events WHERE kind = 'user_imported'") == count - 60
    assert [each["line"] for each in entries(tmp_path / "refused.jsonl")] == list(range(1, count, 1000))


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ("{", "no JSON"),
        ("[" * 20_000, "no JSON"),
        ("[]", "no JSON object"),
        (
            '{"rounds": 8, "mem_cost": 14, "base64_signer_key": "c2VjcmV0", "base64_salt_separator": "Bw=="}',
            "signer_key",
        ),
        ('{"rounds": 8, "mem_cost": "many", "base64_signer_key": "", "base64_salt_separator": "Bw=="}', "mem_cost"),
    ],
)
def test_parameters_that_are_none_are_refused_before_anything(tmp_path: Path, config: str, word: str) -> None:
    jsonl(tmp_path / "users.jsonl", [{"email": "ada@example.org"}])
    (tmp_path / "firebase.json").write_text(config)
    done = command("users", "import", "users.jsonl", "--firebase-config", "firebase.json", cwd=tmp_path)
    assert_one_sentence(done, word)
    assert "c2VjcmV0" not in done.stderr


def test_a_report_overwrites_nothing_else(tmp_path: Path) -> None:
    jsonl(tmp_path / "users.jsonl", [{"email": "ada@example.org"}])
    (tmp_path / "letter.txt").write_text("dear Ada,\n")
    for other in ("letter.txt", "users.jsonl"):
        before = (tmp_path / other).read_text()
        assert_one_sentence(command("users", "import", "users.jsonl", "--refused", other, cwd=tmp_path), "--refused")
        assert (tmp_path / other).read_text() == before


def test_what_was_told_and_not_committed_is_told_once(tmp_path: Path) -> None:
    source = jsonl(tmp_path / "users.jsonl", [])
    path = tmp_path / "refused.jsonl"
    with ImportReport(path, source, Console(quiet=True)) as report:
        report.go_on_behind(0)
        report.tell([NotImported(line, Reason.EMAIL) for line in (2, 5, 9)])
    with path.open("a") as file:
        file.write('{"line": 11, "rea')  # cut off in the middle of a write
    with ImportReport(path, source, Console(quiet=True)) as report:
        report.go_on_behind(7)
        report.tell([NotImported(9, Reason.EMAIL)])
    assert [each["line"] for each in entries(path)] == [2, 5, 9]
