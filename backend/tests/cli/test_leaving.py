"""`doorstep users export|delete|keep` as an operator runs them."""

import json
from getpass import getuser
from pathlib import Path

import pytest

from tests.cli.process import GOOD_PASSWORD, command

ADA = "ada@example.com"


def events(place: Path) -> list[dict[str, str]]:
    done = command("events", "--json", cwd=place)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.asvs("v5.0.0-16.2.1")
def test_export_delete_keep_and_erase(place: Path) -> None:
    made = command("users", "create", ADA, "--password-stdin", cwd=place, typed=f"{GOOD_PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    copy = command("users", "export", ADA, cwd=place)
    assert json.loads(copy.stdout)["profile"]["email"] == ADA

    asked = command("users", "delete", ADA, cwd=place, typed="n\n")
    assert asked.returncode == 1
    assert command("users", "keep", ADA, cwd=place).stdout == f"Nobody wanted {ADA} gone.\n"
    assert "is signed out, and erased on" in command("users", "delete", ADA, cwd=place, typed="y\n").stdout
    assert command("users", "keep", ADA, cwd=place).stdout == f"{ADA} is kept.\n"

    assert command("users", "delete", ADA, "--now", "--yes", cwd=place).stdout.endswith(f"{ADA} is erased.\n")
    # Which operator it was outlives the user, in the trail of operators; what the user gets does not name them.
    done = {event["kind"]: event["user_agent"] for event in events(place)}
    assert {"user_created", "data_exported", "deletion_asked", "account_kept", "user_erased"} <= set(done)
    for kind, user_agent in done.items():
        assert user_agent == (f"doorstep command line, {getuser()}" if kind != "signing_key_made" else None), kind
    assert {event["user_agent"] for event in json.loads(copy.stdout)["events"]} == {"doorstep command line"}
    assert "Unknown device" not in command("events", cwd=place).stdout

    for arguments in (("export", ADA), ("keep", ADA), ("delete", ADA, "--yes"), ("delete", ADA, "--now", "--yes")):
        gone = command("users", *arguments, cwd=place)
        assert (gone.returncode, gone.stderr) == (1, "There is no user with this e-mail.\n")
