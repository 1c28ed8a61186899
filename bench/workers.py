"""Several server processes: log-ins and reads a second with one worker, and with as many as there are cores."""

import time
from itertools import product
from pathlib import Path
from statistics import mean

from bench import requests
from bench.beside import CLIENTS, Subject, ask
from bench.driving import Driven, Group, Shares, drive
from bench.figures import Table
from bench.logins import browsers
from bench.members import Members
from bench.pinning import cores
from bench.quiet import wait_until_quiet
from bench.served import Served, make_users, served

_SLICES = 2
_SECONDS = 5.0
_WARM_UP = 1.0
_ALL_UP_SECONDS = 4.0


def measure(place: Path, repeats: int, patience: float) -> Table:
    """Log-ins and reads with 1, 2, ... workers, a server of its own for each turn."""
    make_users(place / "data", CLIENTS)
    counts = range(1, len(cores()) + 1)
    log_ins: dict[int, list[float]] = {count: [] for count in counts}
    reads: dict[int, list[float]] = {count: [] for count in counts}
    shares = Shares()
    for _ in range(repeats):
        wait_until_quiet(patience)
        driven: dict[int, list[Driven]] = {count: [] for count in counts}
        asked: dict[int, list[float]] = {count: [] for count in counts}
        for _, count in product(range(_SLICES), counts):
            settings = {"DOORSTEP_TRUSTED_PROXIES": "1", "DOORSTEP_WORKERS": str(count)}
            with served(place / "data", settings) as server:
                time.sleep(_ALL_UP_SECONDS)  # ready is told by the first worker that is
                driven[count].append(_log_ins(server))
                asked[count].append(_reads(server))
        for count in counts:
            rates = [each.groups["log-ins"].of(200).a_second((_WARM_UP, _SECONDS)) for each in driven[count]]
            log_ins[count].append(mean(rates))
            reads[count].append(mean(asked[count]))
        shares.note(*(each for slices in driven.values() for each in slices))
    table = Table(
        "workers",
        "Workers",
        f"{CLIENTS} clients log in, then read `/users/me`, with `DOORSTEP_WORKERS` from 1 to the number of cores, in "
        f"turns, {_SLICES} of each in a repeat, each with a server of its own; the slots for hashes are shared out, so "
        "that workers x slots = cores. The workers are pinned to no core; load generator and PostgreSQL are on the "
        "same ones.",
    )
    for count in counts:
        named = "1 worker" if count == 1 else f"{count} workers"
        table.add(f"{named}: log-ins", "a second", log_ins[count])
        table.add(f"{named}: reads", "a second", reads[count])
    shares.tell(table)
    return table


def _log_ins(server: Served) -> Driven:
    driven = drive(server, [Group("log-ins", browsers(server, CLIENTS))], _SECONDS)
    statuses = driven.groups["log-ins"].statuses()
    if not set(statuses) <= {"200", "503"}:
        raise RuntimeError(f"log-ins were answered otherwise than let in or busy: {statuses}")
    return driven


def _reads(server: Served) -> float:
    signed_in = Members(server, CLIENTS).sign_in()
    clients = [{"request": requests.read_me(server.port, access)} for access, _ in signed_in]
    return ask(Subject("reads", server.process, server.port, lambda: clients)).a_second
