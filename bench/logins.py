"""Log-ins a second beside the bare hash: how much everything around it costs."""

import subprocess
import sys
from pathlib import Path

from bench import requests
from bench.driving import ROOT, Group, cores, drive
from bench.figures import Table
from bench.served import make_users, served
from doorstep.settings import PasswordSettings

CLIENTS = 32
_WARM_UP = 2.0
_SECONDS = 12.0


def measure(place: Path, repeats: int) -> Table:
    """Log-ins at 32 clients over bare verifications, alternating on the same cores."""
    make_users(place / "data", CLIENTS)
    ratios, done, bare, slow, shares = [], [], [], [], []
    with served(place / "data", {"DOORSTEP_TRUSTED_PROXIES": "1"}) as server:
        clients = [[requests.log_in(server.port, number, f"10.9.0.{number + 1}")] for number in range(CLIENTS)]
        for _ in range(repeats):
            before = bare_verifications(_SECONDS / 2)
            driven = drive(server, [Group("log-ins", clients)], _SECONDS)
            around = (before + bare_verifications(_SECONDS / 2)) / 2
            seen = driven.groups["log-ins"]
            if set(seen.statuses()) != {"200"}:
                raise RuntimeError(f"not every log-in was let in: {seen.statuses()}")
            done.append(seen.a_second((_WARM_UP, _SECONDS)))
            slow.append(seen.after(_WARM_UP).percentile(0.99))
            bare.append(around)
            ratios.append(done[-1] / around)
            shares.append(driven.generator_share)
    table = Table(
        "logins",
        "Log-ins a second",
        f"{CLIENTS} clients, each its own user and network, the throttle on, log in again and again for {_SECONDS:g} "
        "s; before and after it the same number of threads verify the same hash and do nothing else.",
    )
    table.add("log-ins over bare verifications", "", ratios, at_least=0.90)
    table.add("log-ins", "a second", done)
    table.add("bare Argon2id verifications", "a second", bare)
    table.add("log-in p99", "ms", slow)
    table.add("the load generator's share of one core", "", shares)
    return table


def bare_verifications(seconds: float) -> float:
    """Verifications a second with a thread for each core, in a process of its own."""
    cost = PasswordSettings()
    arguments = (len(cores()), seconds, cost.hash_memory_kib, cost.hash_time_cost)
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)
