"""Starting: how long until a server that has been here before answers, and how much memory it then holds."""

from pathlib import Path

from bench import requests
from bench.driving import Group, drive
from bench.figures import Table
from bench.quiet import wait_until_quiet
from bench.served import make_users, served

_CLIENTS = 32


def measure(place: Path, repeats: int, patience: float) -> Table:
    """Seconds to the first answer of a second start, memory then, and after log-ins and reads."""
    make_users(place / "data", _CLIENTS)
    seconds, idle, used = [], [], []
    for _ in range(max(repeats, 5)):
        wait_until_quiet(patience)
        with served(place / "data", {"DOORSTEP_TRUSTED_PROXIES": "1"}) as server:
            seconds.append(server.seconds_to_first_answer)
            idle.append(server.memory_mb())
            log_ins = [[requests.log_in(server.port, number, f"10.9.0.{number + 1}")] for number in range(_CLIENTS)]
            token, _ = server.log_in(0, "10.8.0.1")
            reads = [[requests.read_me(server.port, token)]] * 4
            used.append(drive(server, [Group("log-ins", log_ins), Group("reads", reads)], 4).most_memory_mb)
    table = Table(
        "start",
        "Second start and memory",
        "`doorstep serve` on a data directory that has its tables, until `/readyz` answers 200 (database, migrations "
        f"and keys looked at); memory is the resident set without PostgreSQL, then with {_CLIENTS} clients logging in "
        "and 4 reading.",
    )
    table.add("start to first answer", "s", seconds, at_most=3)
    table.add("memory after the start", "MB", idle, at_most=200)
    table.add("memory at most, under load", "MB", used, at_most=200)
    return table
