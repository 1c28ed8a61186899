"""`doorstep users export|delete|keep` as an operator runs them."""

import json
from pathlib import Path

from tests.cli.process import GOOD_PASSWORD, command

ADA = "ada@example.com"


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
    for arguments in (("export", ADA), ("keep", ADA), ("delete", ADA, "--yes"), ("delete", ADA, "--now", "--yes")):
        gone = command("users", *arguments, cwd=place)
        assert (gone.returncode, gone.stderr) == (1, "There is no user with this e-mail.\n")
