"""Refreshes beside the bare framework with one UPDATE, and sign-ups beside bare hashing."""

from pathlib import Path
from statistics import mean

from bench import requests
from bench.beside import CLIENTS, Subject, ask, one_postgres, over, product, take_turns, tell
from bench.driving import Group, Shares, drive
from bench.figures import Table
from bench.logins import bare_verifications
from bench.members import Members
from bench.neighbours import ASGI, FASTAPI, SELECT, UPDATE, neighbours
from bench.quiet import wait_until_quiet
from bench.served import Served, make_users, served

REFRESH = "POST /auth/refresh"
_SIGN_UP_SECONDS = 5.0
_WARM_UP = 1.0
_FIRST_NEW_USER = 50_000_000


def measure(place: Path, repeats: int, patience: float) -> list[Table]:
    """Refreshes and UPDATEs a second in turns; then sign-ups a second."""
    make_users(place / "data", CLIENTS)
    return [_refreshes(place, repeats, patience), _sign_ups(place, repeats, patience)]


def _refreshes(place: Path, repeats: int, patience: float) -> Table:
    with (
        one_postgres(place / "data") as ready,
        product(place, ready) as server,
        neighbours(ready.dsn) as beside,
    ):
        members = Members(server, CLIENTS)
        members.sign_in()
        ours = Subject(REFRESH, server.process, server.port, lambda: _chains(server, members), members.refresh_cookie)
        taken = take_turns([*beside.values(), ours], repeats, patience)
    table = Table(
        "refreshes",
        "Refreshes",
        f"{CLIENTS} clients, each its own session, whose next request carries the cookie of the last answer; beside "
        "FastAPI with one UPDATE by key that commits (asyncpg's default pool), each client its own row, and the peers "
        "of the reads. Placed and taken in turns as the reads are; `synchronous_commit` is on for all.",
    )
    table.add("refresh over FastAPI + one asyncpg UPDATE", "", over(taken, REFRESH, UPDATE), at_least=0.7)
    tell(table, taken)
    return table


def _chains(server: Served, members: Members) -> list[dict[str, str]]:
    request = requests.refresh(server.port, members.refresh_cookie)
    return [{"request": request, "token": refresh} for _, refresh in members.sign_in()]


def _sign_ups(place: Path, repeats: int, patience: float) -> Table:
    done, ratio, p50, p99, shares = [], [], [], [], Shares()
    peers: dict[str, list[float]] = {name: [] for name in (ASGI, FASTAPI, SELECT)}
    with (
        served(place / "data", {"DOORSTEP_TRUSTED_PROXIES": "1"}) as server,
        one_postgres(place / "data") as ready,  # the one that the server started
        neighbours(ready.dsn) as beside,
    ):
        for repeat in range(repeats):
            wait_until_quiet(patience)
            for name, rates in peers.items():
                rates.append(ask(beside[name]).a_second)
            before = bare_verifications("ours")
            first = _FIRST_NEW_USER + repeat * 100_000
            group = Group("sign-ups", [[requests.sign_up(server.port)]] * CLIENTS)
            driven = drive(server, [group], _SIGN_UP_SECONDS, first_number=first)
            seen = driven.groups["sign-ups"]
            if set(seen.statuses()) != {"201"}:
                raise RuntimeError(f"not everybody could sign up: {seen.statuses()}")
            done.append(seen.a_second((_WARM_UP, _SIGN_UP_SECONDS)))
            ratio.append(done[-1] / mean((before, bare_verifications("ours"))))
            p50.append(seen.after(_WARM_UP).percentile(0.5))
            p99.append(seen.after(_WARM_UP).percentile(0.99))
            shares.note(driven)
    table = Table(
        "sign-ups",
        "Sign-ups",
        f"{CLIENTS} clients sign up, each time somebody new from another network; on all cores, beside bare "
        "verification by the product's engine just before and after, and beside the peers of the reads, which have "
        "one core and nothing to hash.",
    )
    table.add("sign-ups", "a second", done)
    table.add("sign-ups over bare verifications", "", ratio)
    table.add("sign-ups: p50", "ms", p50)
    table.add("sign-ups: p99", "ms", p99)
    for name, rates in peers.items():
        table.add(name, "a second", rates)
    shares.tell(table)
    return table
