"""Several servers beside each other: all run, one is asked at a time, in short turns, since machines drift."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from uuid import uuid4

import asyncpg
import psutil

from bench.driving import ROOT, generated
from bench.figures import Table
from bench.peers import DSN, FILL_TABLE, MAKE_TABLE
from bench.pinning import cores, pinned
from bench.quiet import OTHERS, Processors, wait_until_quiet
from bench.served import Served, free_port, reachable, served, stop
from doorstep.cli.preparation import Prepared, prepared
from doorstep.settings import Settings

CLIENTS = 32
_SLICES = 3
_SECONDS = 3.0
_WARM_UP = 1.0
_READY_WITHIN = 30.0


@dataclass(frozen=True)
class Subject:
    """What is asked: its name in the table, the process that answers, and one request for each client.

    `fresh` makes the clients just before each turn, since tokens end. `cookie` is renewed by each answer.
    """

    name: str
    process: psutil.Process
    port: int
    fresh: Callable[[], list[dict[str, str]]]
    cookie: str = ""


@dataclass(frozen=True)
class Turn:
    """What the clients saw: answers a second, milliseconds, and what was busy meanwhile (shares of one core)."""

    a_second: float
    p50: float
    p99: float
    server_share: float
    generator_share: float
    others: float

    @property
    def core_microseconds(self) -> float:
        """What one answer costs the server: the figure that suffers least when the machine has other work."""
        return self.server_share / self.a_second * 1e6


@contextmanager
def one_postgres(data_dir: Path) -> Iterator[Prepared]:
    """The embedded PostgreSQL of a migrated data directory, on the last core, for everybody."""
    with ExitStack() as running:
        with pinned(cores()[-1]):
            ready = running.enter_context(prepared(Settings(data_dir=data_dir)))
        yield ready


@contextmanager
def product(place: Path, ready: Prepared) -> Iterator[Served]:
    """The product on the first core, over the PostgreSQL that the peers use too."""
    settings = {
        "DOORSTEP_DATABASE_URL": ready.dsn,
        "DOORSTEP_SECRET": ready.secret.decode(),
        "DOORSTEP_TRUSTED_PROXIES": "1",
    }
    with served(place / "served", settings, core=cores()[0]) as server:
        yield server


@contextmanager
def peer(name: str, dsn: str = "") -> Iterator[tuple[psutil.Process, int]]:
    """A server of `bench.peers` on the first core: its process and port."""
    port = free_port()
    with pinned(cores()[0]):
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.peers", name, str(port)],
            cwd=ROOT,
            env=dict(os.environ) | {DSN: dsn},
            stdin=subprocess.DEVNULL,
        )
    try:
        until = time.perf_counter() + _READY_WITHIN
        while not reachable(port):
            if process.poll() is not None or time.perf_counter() > until:
                raise RuntimeError(f"the peer {name} did not start")
            time.sleep(0.05)
        yield psutil.Process(process.pid), port
    finally:
        stop(process)


async def make_rows(dsn: str, count: int) -> list[str]:
    """The ids of rows for the peers."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(MAKE_TABLE)
        ids = [uuid4() for _ in range(count)]
        await connection.executemany(FILL_TABLE, [(row, f"user{row}@example.org") for row in ids])
    finally:
        await connection.close()
    return [str(row) for row in ids]


def take_turns(subjects: list[Subject], repeats: int, patience: float) -> dict[str, list[Turn]]:
    """For each subject one turn per repeat: the means of its slices, between which the others had theirs."""
    taken: dict[str, list[Turn]] = {subject.name: [] for subject in subjects}
    for _ in range(repeats):
        wait_until_quiet(patience)
        slices: dict[str, list[Turn]] = {subject.name: [] for subject in subjects}
        for _ in range(_SLICES):
            for subject in subjects:
                slices[subject.name].append(ask(subject))
        for name, turns in slices.items():
            taken[name].append(Turn(*(mean(getattr(turn, field) for turn in turns) for field in Turn.__annotations__)))
    return taken


def ask(subject: Subject, seconds: float = _SECONDS, warm_up: float = _WARM_UP) -> Turn:
    """One turn of some seconds, after those in which caches fill."""
    plan = {
        "port": subject.port,
        "core": cores()[-1],
        "seconds": seconds,
        "warm_up": warm_up,
        "cookie": subject.cookie,
        "clients": subject.fresh(),
    }
    processors, used = Processors.now(), _used(subject.process)
    told = generated("bench.hammer", plan, seconds=120)
    if set(told["statuses"]) != {"200"}:
        raise RuntimeError(f"{subject.name} answered otherwise than 200: {told['statuses']}")
    server = (_used(subject.process) - used) / (seconds + warm_up)
    ours = server + told["core_busy"]
    others = processors.share_of_others(ours * (seconds + warm_up))
    return Turn(told["a_second"], told["p50"], told["p99"], server, told["own_share"], others)


def _used(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


def tell(table: Table, taken: Mapping[str, list[Turn]]) -> None:
    """Add what was seen of each subject, and what was busy meanwhile."""
    for name, turns in taken.items():
        table.add(name, "a second", [turn.a_second for turn in turns])
        table.add(f"{name}: p50", "ms", [turn.p50 for turn in turns])
        table.add(f"{name}: p99", "ms", [turn.p99 for turn in turns])
        table.add(f"{name}: core time of the server for one answer", "µs", [turn.core_microseconds for turn in turns])
        table.add(f"{name}: server's share of its core", "", [turn.server_share for turn in turns])
        table.add(f"{name}: load generator's share of the other core", "", [turn.generator_share for turn in turns])
    table.add(
        *OTHERS, [mean(each) for each in zip(*([t.others for t in turns] for turns in taken.values()), strict=True)]
    )


def over(taken: Mapping[str, list[Turn]], name: str, other: str) -> list[float]:
    """The ratio of two rates in each repeat."""
    return [one.a_second / two.a_second for one, two in zip(taken[name], taken[other], strict=True)]
