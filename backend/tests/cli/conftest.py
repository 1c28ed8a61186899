"""A migrated data directory, made once and copied, for tests that do not test the making."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.process import command


@pytest.fixture(scope="session")
def migrated_seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    seed = tmp_path_factory.mktemp("migrated")
    done = command("db", "upgrade", cwd=seed)
    assert done.returncode == 0, done.stderr
    return seed


@pytest.fixture
def place(migrated_seed: Path, tmp_path: Path) -> Path:
    """A working directory with a migrated `data` that has no rows."""
    subprocess.run(["cp", "-a", str(migrated_seed / "data"), str(tmp_path / "data")], check=True)
    return tmp_path
