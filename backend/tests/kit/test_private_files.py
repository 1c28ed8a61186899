import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from doorstep.kit.private_files import private_directory, read_or_make
from doorstep.kit.startup import StartupRefused, refused_path


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may do everything; in the block we are nobody instead."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("inside", ["", "data", "data/deeper"])
def test_directory_of_somebody_else_is_one_sentence(inside: str, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "data").mkdir(parents=True)
    closed.chmod(0)
    try:
        with ordinary_user(), pytest.raises(StartupRefused) as refusal:
            private_directory(closed / inside)
    finally:
        closed.chmod(0o700)
    assert refusal.value.sentence == (
        f"Cannot keep data in {closed / inside}: permission is denied. "
        "Make it writable for this user, or name another directory with --data-dir or DOORSTEP_DATA_DIR."
    )


@pytest.mark.asvs("v5.0.0-13.3.2")
def test_directory_is_made_private_and_an_existing_one_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir(mode=0o750)
    assert private_directory(tmp_path / "new" / "other" / "data").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "new", tmp_path / "new" / "other")} == {0o700}
    assert private_directory(tmp_path / "kept").stat().st_mode & 0o777 == 0o750
    assert list((tmp_path / "kept").iterdir()) == []


def test_first_of_two_wins(tmp_path: Path) -> None:
    assert read_or_make(tmp_path / "line", "first") == "first"
    assert read_or_make(tmp_path / "line", "second") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["line"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full. Make room there."), (errno.EROFS, "the file system is read-only. ")],
)
def test_causes_are_named(number: int, words: str) -> None:
    assert words in refused_path(Path("data"), OSError(number, os.strerror(number))).sentence
