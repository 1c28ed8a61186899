"""Log-ins a second beside the bare hash: how much everything around it costs."""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import Final

from bench import requests
from bench.driving import ROOT, Driven, Group, Seen, Shares, drive
from bench.figures import Table
from bench.pinning import cores
from bench.quiet import wait_until_quiet
from bench.served import Served, make_users, served
from doorstep.kit.argon2 import engine
from doorstep.settings import PasswordSettings

CLIENTS: Final = (1, 8, 32, 128)
_SLICES = 3
_BARE_SECONDS = 2
_WARM_UP = 1.0
_SECONDS = 5.0
_PATIENCE = 0.25
"""Seconds that each of more clients than the queue takes waits before it tries again."""
_MOST_WAITING = 64
_SPLIT: Final = 32
"""With so many clients all cores are busy, and it is told what with."""
_BOUNDS: Final = {("argon2-cffi", 8): 1.0, ("argon2-cffi", 32): 0.90, ("ours", 8): 0.95, ("ours", 32): 0.95}
_NAMES: Final = {"argon2-cffi": "argon2-cffi", "ours": engine()}


class _Taken:
    """The repeats: by clients and by library."""

    def __init__(self) -> None:
        self.rates: dict[int, list[float]] = defaultdict(list)
        self.p50: dict[int, list[float]] = defaultdict(list)
        self.p99: dict[int, list[float]] = defaultdict(list)
        self.busy: dict[int, list[float]] = defaultdict(list)
        self.bare: dict[str, list[float]] = defaultdict(list)
        self.over: dict[tuple[str, int], list[float]] = defaultdict(list)
        self.parts: dict[str, list[float]] = defaultdict(list)
        self.shares = Shares()


def measure(place: Path, repeats: int, patience: float) -> Table:
    """Log-ins and bare verifications, in short turns on the same cores: the machine drifts in seconds."""
    make_users(place / "data", max(CLIENTS))
    taken = _Taken()
    with served(place / "data", {"DOORSTEP_TRUSTED_PROXIES": "1"}) as server:
        everybody = browsers(server, max(CLIENTS))
        for _ in range(repeats):
            wait_until_quiet(patience)
            _repeat(server, everybody, taken)
    table = Table(
        "logins",
        "Log-ins a second",
        f"Clients, each its own user and network, the throttle on, log in again and again. {_SLICES} times in turn: "
        f"{_SECONDS:g} s of log-ins with each number of clients, and {_BARE_SECONDS} s each in which one thread for "
        "each core verifies the same hash and does nothing else, by argon2-cffi and by what the product uses "
        f"here, {engine()}. More clients than slots and queue take are sent away with 503 and come back after about "
        f"{_PATIENCE:g} s; only log-ins count.",
    )
    for (library, clients), ratios in sorted(taken.over.items(), key=lambda item: (item[0][1], item[0][0])):
        bound = {"at_least": _BOUNDS[library, clients]} if (library, clients) in _BOUNDS else {}
        table.add(f"{clients} clients: log-ins over bare verifications by {_NAMES[library]}", "", ratios, **bound)
    for clients in CLIENTS:
        named = "1 client" if clients == 1 else f"{clients} clients"
        table.add(f"{named}: log-ins", "a second", taken.rates[clients])
        table.add(f"{named}: p50", "ms", taken.p50[clients])
        table.add(f"{named}: p99", "ms", taken.p99[clients])
        if any(taken.busy[clients]):
            table.add(f"{named}: answers 503 `busy`", "a second", taken.busy[clients])
    for library, rates in taken.bare.items():
        table.add(f"bare Argon2id verifications by {_NAMES[library]}", "a second", rates)
    for part, milliseconds in taken.parts.items():
        table.add(f"core time of a log-in, {_SPLIT} clients: {part}", "ms", milliseconds)
    taken.shares.tell(table)
    return table


def _repeat(server: Served, everybody: list[list[str]], taken: _Taken) -> None:
    driven: dict[int, list[Driven]] = defaultdict(list)
    bare: dict[str, list[float]] = defaultdict(list)
    for _ in range(_SLICES):
        for clients in CLIENTS:
            # Those that have bounds are each between two looks at the bare hash.
            for library in _NAMES:
                bare[library].append(bare_verifications(library))
            group = Group("log-ins", everybody[:clients], _PATIENCE if clients > _MOST_WAITING else 0)
            driven[clients].append(drive(server, [group], _SECONDS))
    taken.shares.note(*(each for slices in driven.values() for each in slices))
    for library, rates in bare.items():
        taken.bare[library].append(mean(rates))
    for clients, slices in driven.items():
        _note(clients, [each.groups["log-ins"] for each in slices], taken)
    _note_parts(driven[_SPLIT], taken)
    for library, clients in ((library, clients) for library in _NAMES for clients in CLIENTS if clients > 1):
        taken.over[library, clients].append(taken.rates[clients][-1] / taken.bare[library][-1])


def _note(clients: int, slices: list[Seen], taken: _Taken) -> None:
    whole = Seen([row for each in slices for row in each.after(_WARM_UP).rows])
    allowed = {"200", "503"} if clients > _MOST_WAITING else {"200"}
    if not set(whole.statuses()) <= allowed:
        raise RuntimeError(f"not every log-in was let in: {whole.statuses()}")
    between = (_WARM_UP, _SECONDS)
    taken.rates[clients].append(mean(each.of(200).a_second(between) for each in slices))
    taken.busy[clients].append(mean(each.of(503).a_second(between) for each in slices))
    taken.p50[clients].append(whole.of(200).percentile(0.5))
    taken.p99[clients].append(whole.of(200).percentile(0.99))


def _note_parts(slices: list[Driven], taken: _Taken) -> None:
    """What each part took for one log-in, by the processor times of its threads."""
    done = sum(len(each.groups["log-ins"].rows) for each in slices)
    parts = {
        "hashing (the other threads)": sum(each.used.threads for each in slices),
        "event loop (the first thread)": sum(each.used.loop for each in slices),
        "PostgreSQL": sum(each.used.started for each in slices),
        "load generator": sum(each.generator_seconds for each in slices),
    }
    for part, seconds in parts.items():
        taken.parts[part].append(seconds / done * 1000)


def browsers(server: Served, count: int, first: int = 0) -> list[list[str]]:
    """Clients that log in as so many users from number `first` on, each from a network of its own.

    Browsers keep the device cookie: one that logs in again is known, and the owner is told of it by mail once.
    """
    networks = [f"10.9.{number >> 8 & 255}.{number & 255}" for number in range(first, first + count)]
    return [
        [requests.log_in(server.port, number, network, server.device(number, network))]
        for number, network in enumerate(networks, first)
    ]


def bare_verifications(library: str) -> float:
    """Verifications a second with a thread for each core, in a process of its own."""
    cost = PasswordSettings()
    arguments = (library, len(cores()), _BARE_SECONDS, cost.hash_memory_kib, cost.hash_time_cost)
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)
