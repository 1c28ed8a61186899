"""Driving the load generator, and making figures of what it saw."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from bench.figures import Table
from bench.pinning import cores
from bench.quiet import OTHERS, Processors
from bench.served import Served, Used

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Group:
    """Clients that do the same: each a list of requests in turn, with a pause (seconds) after each answer.

    With `every` (seconds) they ask on schedule instead; who waited too long for an answer asks late, and what the next
    one took counts from the moment in which it was due.
    """

    name: str
    clients: list[list[str]]
    pause: float = 0
    every: float = 0


@dataclass(frozen=True)
class Seen:
    """What one group saw: begun (seconds), took (milliseconds), status, whether Retry-After came; by time."""

    rows: list[tuple[float, float, int, bool]]

    def after(self, seconds: float) -> "Seen":
        """Without the first seconds, in which caches and queues fill."""
        return Seen([row for row in self.rows if row[0] >= seconds])

    def of(self, *statuses: int) -> "Seen":
        """Only these answers."""
        return Seen([row for row in self.rows if row[2] in statuses])

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the answers stayed within; 0 of none."""
        took = sorted(row[1] for row in self.rows)
        return took[min(len(took) - 1, int(share * len(took)))] if took else 0.0

    def statuses(self) -> dict[str, int]:
        """How often each status came."""
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[str(row[2])] = counts.get(str(row[2]), 0) + 1
        return counts

    def a_second(self, between: tuple[float, float]) -> float:
        """Answers that arrived in this span of time, a second."""
        begin, end = between
        return sum(1 for row in self.rows if begin <= row[0] + row[1] / 1000 < end) / (end - begin)


@dataclass(frozen=True)
class Driven:
    """What all groups saw, the most memory (MB) the server had meanwhile, and the core-seconds that everybody used.

    `others_share` is what processes that are none of ours took of all cores.
    """

    groups: dict[str, Seen]
    most_memory_mb: float
    used: Used
    seconds: float
    generator_seconds: float
    others_share: float

    @property
    def generator_share(self) -> float:
        """The load generator's share of its core."""
        return self.generator_seconds / self.seconds


class Shares:
    """What the generator and others took, by repeat: a disturbed run, or a generator at its limit, says little."""

    def __init__(self) -> None:
        self._generator: list[float] = []
        self._others: list[float] = []

    def note(self, *driven: Driven) -> None:
        """One repeat: the mean of these."""
        self._generator.append(mean(each.generator_share for each in driven))
        self._others.append(mean(each.others_share for each in driven))

    def tell(self, table: Table) -> None:
        """Two lines at the end of a table."""
        table.add("load generator's share of its core", "", self._generator)
        table.add(*OTHERS, self._others)


def generated(module: str, plan: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """What a load generator, a process of its own, tells of a plan. Raises TimeoutExpired after `seconds`."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def drive(server: Served, groups: Sequence[Group], seconds: float, first_number: int = 0) -> Driven:
    """Run the groups at once for `seconds`, watching the server's memory."""
    plan = {
        "port": server.port,
        "core": cores()[-1],
        "seconds": seconds,
        "first_number": first_number,
        "groups": [{"clients": group.clients, "pause": group.pause, "every": group.every} for group in groups],
    }
    before, used_before = Processors.now(), server.used()
    over = threading.Event()
    most = [server.memory_mb()]

    def watch() -> None:
        while not over.wait(0.05):
            most.append(server.memory_mb())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        told = generated("bench.load", plan, seconds + 60)
    finally:
        over.set()
        watcher.join()
    rows: list[list[tuple[float, float, int, bool]]] = [[] for _ in groups]
    for index, begun, took, status, retry in told["seen"]:
        rows[index].append((begun, took, status, retry))
    seen = {group.name: Seen(sorted(found)) for group, found in zip(groups, rows, strict=True)}
    used, own = server.used().since(used_before), told["own_processor_seconds"]
    return Driven(seen, max(most), used, seconds, own, before.share_of_others(used.whole + own))
