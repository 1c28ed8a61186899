"""A disk that is really full: a file system of its own for the data directory. Needs the right to mount one.

`DOORSTEP_TEST_TMPFS=1 pytest tests/cli/test_full_disk.py`, as root.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.process import GOOD_PASSWORD, command, served
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(not os.environ.get("DOORSTEP_TEST_TMPFS"), reason="mounts a file system")

ADA = {"email": "ada@example.com", "password": GOOD_PASSWORD}
_BLOCK = 1 << 16


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A working directory whose `data` has a file system of 200 MB."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    subprocess.run(["/usr/bin/mount", "-t", "tmpfs", "-o", "size=200m,mode=0700", "tmpfs", str(data)], check=True)
    yield tmp_path
    subprocess.run(["/usr/bin/umount", str(data)], check=True)


def fill(file: Path) -> None:
    with suppress(OSError), file.open("ab", buffering=0) as filling:
        while filling.write(bytes(_BLOCK)):
            pass
    with suppress(OSError), file.open("ab", buffering=0) as filling:
        while filling.write(bytes(512)):
            pass


def test_a_full_disk_costs_nobody_a_try(small: Path) -> None:
    with served(small) as server:
        made = command("users", "create", ADA["email"], "--password-stdin", cwd=small, typed=f"{GOOD_PASSWORD}\n")
        assert made.returncode == 0, made.stderr
        filler = small / "data" / "filler"
        fill(filler)
        wait_for(lambda: server.answers("/readyz", 503), "it is not ready")
        statuses = set()
        for _ in range(200):
            answer = server.ask("/api/v1/auth/login", ADA)
            assert answer is not None
            statuses.add(answer.status)
            if answer.status == 503:
                assert answer.headers["Retry-After"]
        assert statuses <= {200, 503}
        assert 503 in statuses
        site = server.ask("/api/v1/plans")
        assert site is not None
        assert site.status == 200
        filler.unlink()
        server.wait_until_ready()
        answer = server.ask("/api/v1/auth/login", ADA)
        assert answer is not None
        assert answer.status == 200
        assert "crash" not in server.printed
