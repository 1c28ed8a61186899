"""Reads of the signed-in user beside the bare framework: what the checks of a signed-in request cost."""

from pathlib import Path

from bench import requests
from bench.beside import CLIENTS, Subject, one_postgres, over, product, take_turns, tell
from bench.figures import Table
from bench.members import Members
from bench.neighbours import ASGI, FASTAPI, SELECT, neighbours
from bench.served import make_users

ME = "GET /users/me"


def measure(place: Path, repeats: int, patience: float) -> Table:
    """Requests a second of `/users/me` and of three peers, in turns."""
    make_users(place / "data", CLIENTS)
    with (
        one_postgres(place / "data") as ready,
        product(place, ready) as server,
        neighbours(ready.dsn) as beside,
    ):
        members = Members(server, CLIENTS)
        ours = Subject(
            ME,
            server.process,
            server.port,
            lambda: [{"request": requests.read_me(server.port, access)} for access, _ in members.sign_in()],
        )
        taken = take_turns([*(beside[name] for name in (ASGI, FASTAPI, SELECT)), ours], repeats, patience)
    table = Table(
        "reads",
        "Reads of the signed-in user",
        f"{CLIENTS} clients, each its own user and session, ask as fast as they are answered. One server process on "
        "the first core; load generator and PostgreSQL on the last. All servers run all the time and are asked in "
        "turns of a few seconds: a bare ASGI application, a bare FastAPI route, FastAPI with one SELECT by key through "
        "asyncpg's default pool, and ours (signature, live session, user and subscription). Where a server's share of "
        "its core is near 1, the server and not the load generator is the bound.",
    )
    table.add("users/me over bare FastAPI", "", over(taken, ME, FASTAPI), at_least=0.55)
    table.add("users/me over FastAPI + one asyncpg SELECT", "", over(taken, ME, SELECT), at_least=1.0)
    tell(table, taken)
    return table
