"""`doorstep users import --dry-run` beside an import of the same file that has not come to its end."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from doorstep.audit.models import OPERATOR
from doorstep.cli.import_report import ImportReport
from doorstep.imports import batches
from doorstep.imports.source import opened
from doorstep.kit.clock import utc_now
from tests.builders import SECRET
from tests.cli.process import assert_one_sentence, command
from tests.imports.files import BCRYPT, jsonl
from tests.world import World

LINES: list[object] = [{"email": f"user{number}@example.org", "password_hash": BCRYPT} for number in range(9)]


async def interrupted(world: World, file: Path, refused: Path) -> None:
    """Imported behind the first batch, with a report, and stopped there."""
    with opened(file, None) as source, ImportReport(refused, file, Console(quiet=True)) as report:
        progress = await world.services.imports.begin(source)
        report.go_on_behind(progress.lines)
        await world.services.imports.run(
            source, progress, None, client=OPERATOR, tell=report.tell, watch=lambda _progress: False
        )


def told(path: Path) -> list[tuple[int, str]]:
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    return [(each["line"], each["reason"]) for each in entries]


async def test_a_rehearsal_leaves_the_report_of_an_interrupted_import_alone(
    world: World, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches.Batches.of, "__defaults__", (3,))
    file = jsonl(tmp_path / "users.jsonl", [LINES[0], LINES[0], LINES[2], {"email": "nobody"}, *LINES[4:]])
    refused = tmp_path / "refused.jsonl"
    world.clock.now = utc_now()  # the commands' own: one of months ago would be abandoned
    await interrupted(world, file, refused)
    assert told(refused) == [(2, "twice_in_file")]
    arguments = ("users", "import", str(file), "--refused")
    known = {"DOORSTEP_DATABASE_URL": dsn, "DOORSTEP_SECRET": SECRET}

    done = command(*arguments, str(refused), "--dry-run", cwd=tmp_path, **known)
    assert_one_sentence(done, str(refused), "--refused")
    done = command(*arguments, "another.jsonl", "--dry-run", cwd=tmp_path, **known)
    assert "Would import 5 users" in done.stdout, done.stderr

    done = command(*arguments, str(refused), cwd=tmp_path, **known)
    assert "Going on behind line 3" in done.stderr
    assert told(refused) == [(2, "twice_in_file"), (4, "email")]

    # Come to its end, it is written over by a rehearsal as by an import.
    command(*arguments, str(refused), "--dry-run", cwd=tmp_path, **known)
    assert len(told(refused)) == 9
