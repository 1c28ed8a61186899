"""Doorstep as an operator has it: a process of its own, on a port and a data directory of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.waiting import wait_for

GOOD_PASSWORD = "seven quiet herons at dawn"
_FIRST_START = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Ours, without any setting of Doorstep but these; hashes at their cheapest, since their cost proves nothing."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    cheap = {"DOORSTEP_PASSWORDS__HASH_MEMORY_KIB": "8", "DOORSTEP_PASSWORDS__HASH_TIME_COST": "1"}
    return usual | cheap | dict(changes)


def command(*arguments: str, cwd: Path, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `doorstep ARGUMENTS` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "doorstep", *arguments],
        cwd=cwd,
        env=environment(settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit code 2 and one sentence on standard error that has these words, with no traceback."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]

    def json(self) -> dict[str, object]:
        told: dict[str, object] = json.loads(self.body)
        return told


class Served:
    """A serving process."""

    def __init__(self, cwd: Path, settings: Mapping[str, str], options: tuple[str, ...] = ()) -> None:
        self.cwd = cwd
        self.port = free_port()
        self.settings = {"DOORSTEP_PORT": str(self.port), **settings}
        self._log = cwd / f"serve-{self.port}.log"
        with self._log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "doorstep", "serve", *options],
                cwd=cwd,
                env=environment(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def printed(self) -> str:
        return self._log.read_text()

    def ask(self, path: str, body: Mapping[str, object] | None = None, token: str | None = None) -> Answer | None:
        """GET, or POST with a body, as who holds the access token; None while nobody answers."""
        origin = f"http://localhost:{self.port}"
        request = urllib.request.Request(  # noqa: S310 -- our own server
            f"{origin}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Origin": origin} if body is not None else {},
        )
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=15) as response:  # noqa: S310 -- as above
                return Answer(response.status, response.read(), dict(response.headers))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(), dict(error.headers))
        except OSError:
            return None

    def connect(self) -> socket.socket:
        """A bare connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=15)

    def answers(self, path: str, status: int) -> Answer | None:
        """The answer, if it is there and has this status."""
        assert self.process.poll() is None, self.printed
        answer = self.ask(path)
        return answer if answer and answer.status == status else None

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.answers("/readyz", 200), "the server is ready", _FIRST_START)

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(by)
        return self.process.wait(30)


@contextmanager
def served(cwd: Path, *options: str, **settings: str) -> Iterator[Served]:
    """A server that is ready; stopped afterwards unless the test did."""
    server = Served(cwd, settings, options)
    try:
        server.wait_until_ready()
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def postgres_of(data_dir: Path) -> psutil.Process | None:
    """The embedded server's process, told by its working directory."""
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and process.cwd() == str(data_dir.resolve() / "postgres"):
                parent = process.parent()
                return parent if parent and parent.name() == "postgres" else process
        except psutil.Error:
            continue
    return None
