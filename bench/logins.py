"""Log-ins a second beside the bare hash: how much everything around it costs."""

import subprocess
import sys
from pathlib import Path
from statistics import mean

from bench import requests
from bench.driving import ROOT, Group, cores, drive
from bench.figures import Table
from bench.quiet import OTHERS, wait_until_quiet
from bench.served import make_users, served
from doorstep.settings import PasswordSettings

CLIENTS = 32
_SLICES = 4
_BARE_SECONDS = 3
_WARM_UP = 1.0
_SECONDS = 5.0


def measure(place: Path, repeats: int, patience: float) -> Table:
    """Log-ins at 32 clients and bare verifications, in short turns on the same cores: the machine drifts in seconds."""
    make_users(place / "data", CLIENTS)
    over_usual, over_own, done, usual, own, slow, others = [], [], [], [], [], [], []
    with served(place / "data", {"DOORSTEP_TRUSTED_PROXIES": "1"}) as server:
        networks = [f"10.9.0.{number + 1}" for number in range(CLIENTS)]
        # Browsers keep the device cookie: one that logs in again is known, and the owner is told of it by mail once.
        clients = [
            [requests.log_in(server.port, number, network, server.device(number, network))]
            for number, network in enumerate(networks)
        ]
        for _ in range(repeats):
            wait_until_quiet(patience)
            bare = {"argon2-cffi": [bare_verifications("argon2-cffi")], "ours": [bare_verifications("ours")]}
            log_ins, waits, disturbed = [], [], []
            for _ in range(_SLICES):
                driven = drive(server, [Group("log-ins", clients)], _SECONDS)
                seen = driven.groups["log-ins"]
                if set(seen.statuses()) != {"200"}:
                    raise RuntimeError(f"not every log-in was let in: {seen.statuses()}")
                log_ins.append(seen.a_second((_WARM_UP, _SECONDS)))
                waits.append(seen.after(_WARM_UP).percentile(0.99))
                disturbed.append(driven.others_share)
                for library, rates in bare.items():
                    rates.append(bare_verifications(library))
            done.append(mean(log_ins))
            usual.append(mean(bare["argon2-cffi"]))
            own.append(mean(bare["ours"]))
            over_usual.append(done[-1] / usual[-1])
            over_own.append(done[-1] / own[-1])
            slow.append(max(waits))
            others.append(mean(disturbed))
    table = Table(
        "logins",
        "Log-ins a second",
        f"{CLIENTS} clients, each its own user and network, the throttle on, log in again and again. {_SLICES} times "
        f"in turn: {_SECONDS:g} s of log-ins, and {_BARE_SECONDS} s each in which one thread for each core verifies "
        "the same hash and does nothing else, by argon2-cffi and by the library that the product uses (libsodium).",
    )
    table.add("log-ins over bare verifications by argon2-cffi", "", over_usual, at_least=0.90)
    table.add("log-ins over bare verifications by the product's library", "", over_own)
    table.add("log-ins", "a second", done)
    table.add("bare Argon2id verifications by argon2-cffi", "a second", usual)
    table.add("bare Argon2id verifications by the product's library", "a second", own)
    table.add("log-in p99", "ms", slow)
    table.add(*OTHERS, others)
    return table


def bare_verifications(library: str) -> float:
    """Verifications a second with a thread for each core, in a process of its own."""
    cost = PasswordSettings()
    arguments = (library, len(cores()), _BARE_SECONDS, cost.hash_memory_kib, cost.hash_time_cost)
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)
