"""Starting: how long until a server logs somebody in, when it has been here before and when it has not."""

from pathlib import Path

from bench.figures import Table
from bench.quiet import wait_until_quiet
from bench.served import make_users, served


def measure(place: Path, repeats: int, patience: float) -> Table:
    """Seconds of second starts and of first starts ever, and the memory after them."""
    make_users(place / "data", 1)
    answered, logged_in, memory, first, first_entered = [], [], [], [], []
    for repeat in range(max(repeats, 5)):
        wait_until_quiet(patience)
        with served(place / "data", {}) as server:
            answered.append(server.seconds_to_first_answer)
            server.log_in(0, "")
            logged_in.append(server.seconds_since_start())
            memory.append(server.memory_mb())
        with served(place / f"new-{repeat}", {}) as server:
            first.append(server.seconds_to_first_answer)
            server.sign_up(0, "")
            first_entered.append(server.seconds_since_start())
    table = Table(
        "start",
        "Start",
        "`doorstep serve` from its start until `/readyz` answers 200 (database, migrations and keys looked at) and "
        "until the first log-in is answered; once on a data directory that has its tables, once on an empty one, as "
        "after an installation (its first user signs up). Memory is the resident set without PostgreSQL.",
    )
    table.add("second start to the first answer", "s", answered, at_most=3)
    table.add("second start to the first answered log-in", "s", logged_in, at_most=1.5)
    table.add("first start ever to the first answer", "s", first)
    table.add("first start ever to the first sign-up", "s", first_entered, at_most=8)
    table.add("memory after the first log-in", "MB", memory, at_most=200)
    return table
