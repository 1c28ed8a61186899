"""`doorstep db purge`: the purge, once, by hand."""

import re
from pathlib import Path

from tests.cli.process import command


def test_it_tells_what_it_deleted(place: Path) -> None:
    done = command("db", "purge", cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"Deleted (\d+ of [a-z_]+, ){10,}\d+ of [a-z_]+\.\n", done.stdout)
