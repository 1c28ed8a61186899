"""The product as it is really run: `doorstep serve` on a port and a new data directory, with the shipped hash cost."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.checkout import Checkout
from bench.pinning import pinned
from doorstep.audit.models import OPERATOR
from doorstep.cli.operator import operator
from doorstep.cli.preparation import prepared
from doorstep.settings import Settings

PASSWORD = "seven quiet herons at dawn"  # noqa: S105 -- of users that live as long as one run
_READY_WITHIN = 60.0
_OURS = Checkout.ours()


def address(number: int) -> str:
    """The e-mail address of one of the bench's users."""
    return f"user{number:08d}@example.org"


def make_users(data_dir: Path, count: int) -> None:
    """A migrated data directory with `count` users."""

    async def make() -> None:
        async with operator(ready) as services:
            for number in range(count):
                await services.sign_up.create(address(number), PASSWORD, OPERATOR)

    with prepared(Settings(data_dir=data_dir)) as ready:
        asyncio.run(make())


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@dataclass(frozen=True)
class Used:
    """Core-seconds of a server: its event loop (the first thread), the threads that hash, PostgreSQL and workers."""

    loop: float
    threads: float
    started: float

    @property
    def whole(self) -> float:
        """All of it."""
        return self.loop + self.threads + self.started

    def since(self, before: "Used") -> "Used":
        """What was used after `before` was told."""
        return Used(self.loop - before.loop, self.threads - before.threads, self.started - before.started)


@dataclass(frozen=True)
class Served:
    """A server that answers: its port, its process, when it was started, and the seconds to its first answer."""

    port: int
    process: psutil.Process
    begun: float
    seconds_to_first_answer: float

    def memory_mb(self) -> float:
        """Resident memory of the process itself; PostgreSQL's processes are its children and not in it."""
        return float(self.process.memory_info().rss) / 1e6

    def used(self) -> "Used":
        """What it used so far; processes that have ended are left out."""
        own = float(sum(self.process.cpu_times()[:2]))
        loop = next(thread for thread in self.process.threads() if thread.id == self.process.pid)
        started = 0.0
        for process in self.process.children(recursive=True):
            try:
                started += sum(process.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        first = loop.user_time + loop.system_time
        return Used(first, own - first, started)

    def log_in(self, number: int, network: str, cookies: str = "") -> tuple[str, str]:
        """Access token and cookies of a fresh log-in, from a browser with these cookies."""
        return self._enter("login", number, network, cookies)

    def sign_up(self, number: int, network: str) -> tuple[str, str]:
        """The same of somebody new."""
        return self._enter("signup", number, network, "")

    def seconds_since_start(self) -> float:
        """How long ago the server was started."""
        return time.perf_counter() - self.begun

    def _enter(self, what: str, number: int, network: str, cookies: str) -> tuple[str, str]:
        request = urllib.request.Request(
            f"http://localhost:{self.port}/api/v1/auth/{what}",
            data=json.dumps({"email": address(number), "password": PASSWORD}).encode(),
            headers={"Content-Type": "application/json", "X-Forwarded-For": network, "Cookie": cookies},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 -- as above
            given = [line.split(";")[0] for line in answer.headers.get_all("Set-Cookie")]
            return json.load(answer)["access_token"], "; ".join(given)

    def device(self, number: int, network: str) -> str:
        """The device cookie alone of a fresh log-in: what a browser still has after a log-out."""
        _, cookies = self.log_in(number, network)
        return next(cookie for cookie in cookies.split("; ") if "device" in cookie.split("=")[0])


@contextmanager
def served(
    data_dir: Path, settings: Mapping[str, str], core: int | None = None, build: Checkout = _OURS
) -> Iterator[Served]:
    """A serving process of a build, stopped afterwards; on this core where one is named."""
    port = free_port()
    usual = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    ours = {"DOORSTEP_PORT": str(port), "DOORSTEP_DATA_DIR": str(data_dir), "DOORSTEP_DEMO": "0"}
    with pinned(core), (data_dir.parent / "serve.log").open("a") as log:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [build.python, "-m", "doorstep", "serve"],
            env=usual | build.environment | ours | dict(settings),
            cwd=data_dir.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _first_answer(port, process, begun + _READY_WITHIN, data_dir.parent / "serve.log")
        yield Served(port, psutil.Process(process.pid), begun, time.perf_counter() - begun)
    finally:
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to end, and wait."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def reachable(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def _first_answer(port: int, process: "subprocess.Popen[bytes]", deadline: float, log: Path) -> None:
    """Ask until the server says that it is ready: database, migrations, keys."""
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the server did not start:\n" + log.read_text()[-2000:])
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("the server was not ready in time")
