"""`doorstep serve` as a process: how it starts, what it survives, how it stops."""

import os
import re
import signal
from pathlib import Path

import psutil
import pytest

from tests.cli.process import GOOD_PASSWORD, Served, command, postgres_of, served
from tests.waiting import wait_for

DEMO = re.compile(r"e-mail\s+(\S+)\s+password\s+(\S+)\s+log in\s+(\S+)")


def log_in(server: Served, email: str, password: str) -> int:
    answer = server.ask("/api/v1/auth/login", {"email": email, "password": password})
    assert answer is not None
    return answer.status


def test_first_start_makes_everything_and_ctrl_c_stops_everything(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        printed = server.printed
        demo = DEMO.search(printed)
        assert demo is not None, printed
        assert len(demo[2]) >= 20
        assert demo[3] == f"http://localhost:{server.port}/login"
        assert log_in(server, demo[1], demo[2]) == 200
        assert postgres_of(tmp_path / "data") is not None
        assert server.stop(signal.SIGINT) == 0
        assert postgres_of(tmp_path / "data") is None
    assert "Traceback" not in server.printed

    # The second start remembers, and tells the password to nobody.
    with served(tmp_path) as server:
        assert log_in(server, demo[1], demo[2]) == 200
        assert demo[2] not in server.printed
        assert "demo" not in server.printed
        assert server.stop(signal.SIGTERM) == 0
        assert postgres_of(tmp_path / "data") is None


@pytest.mark.asvs("v5.0.0-13.4.2")
def test_with_an_https_url_no_demo_is_made_and_the_whole_path_is_private(tmp_path: Path) -> None:
    place = tmp_path / "var" / "lib"
    settings = {"DOORSTEP_DATA_DIR": str(place / "data"), "DOORSTEP_PUBLIC_URL": "https://door.example.org"}
    with served(tmp_path, **settings) as server:
        assert DEMO.search(server.printed) is None
        known = command("events", "--json", cwd=tmp_path, **settings)
        assert known.returncode == 0, known.stderr
        assert "user_created" not in known.stdout
    for path in (place, place.parent, place / "data"):
        assert path.stat().st_mode & 0o777 == 0o700, path


def test_workers_end_with_a_killed_parent(place: Path) -> None:
    with served(place, "--workers", "2") as server:
        workers = [
            child
            for child in psutil.Process(server.process.pid).children()
            if "multiprocessing" in " ".join(child.cmdline())
        ]
        assert len([worker for worker in workers if "spawn_main" in " ".join(worker.cmdline())]) == 2
        server.process.kill()
        server.process.wait(10)
        gone, left = psutil.wait_procs(workers, timeout=30)
        assert (len(gone), left) == (len(workers), [])
        with pytest.raises(OSError, match="refused"):
            server.connect()
    with served(place):  # finds the database where the first one left it
        pass


def test_demo_can_be_left_out(tmp_path: Path) -> None:
    with served(tmp_path, DOORSTEP_DEMO="0") as server:
        assert DEMO.search(server.printed) is None
        assert log_in(server, "demo@example.com", GOOD_PASSWORD) == 401


def test_commands_work_while_it_serves(place: Path) -> None:
    with served(place) as server:
        made = command("users", "create", "ada@example.com", "--password-stdin", cwd=place, typed=f"{GOOD_PASSWORD}\n")
        assert made.returncode == 0, made.stderr
        assert log_in(server, "ada@example.com", GOOD_PASSWORD) == 200
        granted = command("subscriptions", "grant", "ada@example.com", cwd=place)
        assert (granted.returncode, granted.stdout) == (0, "ada@example.com is subscribed to monthly-print.\n")
        assert command("users", "disable", "ada@example.com", cwd=place).returncode == 0
        assert log_in(server, "ada@example.com", GOOD_PASSWORD) == 401
        assert command("users", "enable", "ada@example.com", cwd=place).returncode == 0
        assert log_in(server, "ada@example.com", GOOD_PASSWORD) == 200


def test_outlives_the_death_of_its_database(place: Path) -> None:
    with served(place) as server:
        postgres = postgres_of(place / "data")
        assert postgres is not None
        # Held still, it neither answers nor is it started anew: requests must say so rather than hang for ever.
        postgres.suspend()
        children = postgres.children()
        for child in children:
            child.suspend()
        wait_for(lambda: server.answers("/readyz", 503), "the server says that it is not ready")
        for process in (*children, postgres):
            process.kill()
        server.wait_until_ready()
        assert server.process.poll() is None
        assert log_in(server, "nobody@example.com", GOOD_PASSWORD) == 401
        assert server.stop() == 0
        assert postgres_of(place / "data") is None


def test_several_workers_share_one_database(place: Path) -> None:
    with served(place, "--workers", "2") as server:
        children = wait_for(lambda: workers_of(server.process.pid), "two workers run")
        assert server.stop(signal.SIGTERM) == 0
        wait_for(lambda: not any(running(child) for child in children), "the workers are gone")
        assert postgres_of(place / "data") is None


def workers_of(number: int) -> list[int] | None:
    found = Path(f"/proc/{number}/task/{number}/children")
    if not found.exists():
        pytest.skip("tells children by /proc")
    children = [int(child) for child in found.read_text().split()]
    workers = [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return workers if len(workers) == 2 else None


def running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_head_without_end_is_cut_off(place: Path) -> None:
    with served(place) as server, server.connect() as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        with pytest.raises(OSError, match=r"Broken pipe|reset"):
            line.sendall(b"x" * 10_000_000)
        assert server.answers("/healthz", 200)
