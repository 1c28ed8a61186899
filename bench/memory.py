"""Memory of the server without PostgreSQL: idle, and while many log in at once."""

import time
from pathlib import Path

from bench.driving import Group, Shares, drive
from bench.figures import Table
from bench.logins import browsers
from bench.pinning import cores
from bench.quiet import wait_until_quiet
from bench.served import make_users, served

CLIENTS = 200
_IDLE_MB = 150
_SLOT_MB = 19
_SPARE_MB = 50
_SETTLE_SECONDS = 3.0
_SECONDS = 10.0
_PAUSE = 0.25


def measure(place: Path, repeats: int, patience: float) -> Table:
    """The resident set, some seconds after the start and at most under log-ins; a server of its own each time."""
    make_users(place / "data", CLIENTS)
    idle, most, after, done, shares = [], [], [], [], Shares()
    for _ in range(repeats):
        wait_until_quiet(patience)
        with served(place / "data", {"DOORSTEP_TRUSTED_PROXIES": "1"}) as server:
            time.sleep(_SETTLE_SECONDS)
            idle.append(server.memory_mb())
            clients = browsers(server, CLIENTS)
            driven = drive(server, [Group("log-ins", clients, _PAUSE)], _SECONDS)
            seen = driven.groups["log-ins"]
            if not set(seen.statuses()) <= {"200", "503"}:
                raise RuntimeError(f"log-ins were answered otherwise than let in or busy: {seen.statuses()}")
            most.append(driven.most_memory_mb)
            done.append(seen.of(200).a_second((0, _SECONDS)))
            shares.note(driven)
            time.sleep(_SETTLE_SECONDS)
            after.append(server.memory_mb())
    table = Table(
        "memory",
        "Memory",
        "Resident set of the server's process, PostgreSQL's processes not in it: some seconds after the start, at most "
        f"while {CLIENTS} clients log in at once (those that slots and queue do not take are sent away with 503 and "
        "try again), and some seconds later.",
    )
    slots = len(cores())
    table.add("idle", "MB", idle, at_most=_IDLE_MB)
    table.add(
        f"under {CLIENTS} concurrent log-ins, {slots} slots",
        "MB",
        most,
        at_most=_IDLE_MB + slots * _SLOT_MB + _SPARE_MB,
    )
    table.add("afterwards", "MB", after)
    table.add("log-ins meanwhile", "a second", done)
    shares.tell(table)
    return table
