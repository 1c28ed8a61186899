"""One side of a comparison: a server of one build, and a turn of each kind of request at it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import requests
from bench.beside import CLIENTS, Subject, ask
from bench.checkout import Checkout
from bench.driving import Group, drive
from bench.logins import browsers
from bench.members import Members
from bench.pinning import placed
from bench.quiet import Processors
from bench.served import Served, served
from bench.statements import told
from doorstep.cli.preparation import database
from doorstep.settings import Settings

_SECONDS: Final = 2.0
_WARM_UP: Final = 0.5
_USERS_A_TURN: Final = 2_000
"""More than can log in, each once, in a turn."""
USERS_A_PAIR: Final = _USERS_A_TURN + 3 * CLIENTS
"""How many a turn of each kind meets."""
_FIRST_NEW_USER: Final = 50_000_000
_LONGEST_MAILING: Final = 120.0

# Verified, since others may be sent no mails. The hash is that of the one user whom the build has made itself.
_MAKE_USERS: Final = """
INSERT INTO users (id, email, email_key, email_verified_at, password_hash, created_at, updated_at)
SELECT uuidv7(), address, address, now(), password_hash, now(), now()
FROM users, generate_series(1, $1) n, LATERAL (SELECT 'user' || lpad(n::text, 8, '0') || '@example.org') made (address)
"""
_MAILS_DUE: Final = """
SELECT id FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL AND due_at <= now() LIMIT 1
"""


@dataclass(frozen=True)
class Turn:
    """Answers a second, core-milliseconds of server and PostgreSQL for one, and the others' share of all cores."""

    a_second: float
    core_ms: float
    others: float


class Side:
    """A server of one build, over a database of its own with users who have never logged in."""

    def __init__(self, server: Served, dsn: str) -> None:
        self.server = server
        self.port = server.port
        self._dsn = dsn
        self._next = 1
        self._next_new = _FIRST_NEW_USER

    def strangers(self, count: int) -> int:
        """The number of the first of so many users whom nobody has met."""
        self._next += count
        return self._next - count

    def newcomers(self) -> int:
        """The number after which there are only people who have not signed up."""
        self._next_new += _USERS_A_TURN
        return self._next_new - _USERS_A_TURN

    def make_users(self, count: int) -> None:
        """Users from number 1 on, behind one who has signed up."""
        self.server.sign_up(0, "10.8.0.1")
        told(self._dsn, _MAKE_USERS, count)
        told(self._dsn, "VACUUM ANALYZE")

    def settle(self) -> None:
        """Wait until its mails have left, so that none is sent in the turn of the other. Raises RuntimeError."""
        until = time.monotonic() + _LONGEST_MAILING
        while told(self._dsn, _MAILS_DUE):
            if time.monotonic() > until:
                raise RuntimeError("the mails of a turn do not leave")
            time.sleep(0.1)


Ready = Callable[[], Turn]
"""A turn that has everything it needs."""


def _known(side: Side) -> Ready:
    group = Group("all", browsers(side.server, CLIENTS, side.strangers(CLIENTS)))
    return lambda: _driven(side, group, "200")


def _new(side: Side) -> Ready:
    first = side.strangers(_USERS_A_TURN)
    group = Group("all", [[requests.log_in_anew(side.port)]] * CLIENTS)
    return lambda: _driven(side, group, "200", first - 1)


def _sign_ups(side: Side) -> Ready:
    group = Group("all", [[requests.sign_up(side.port)]] * CLIENTS)
    return lambda: _driven(side, group, "201", side.newcomers())


def _reads(side: Side) -> Ready:
    signed_in = Members(side.server, CLIENTS, side.strangers(CLIENTS)).sign_in()
    return _asked(side, [{"request": requests.read_me(side.port, access)} for access, _ in signed_in])


def _refreshes(side: Side) -> Ready:
    members = Members(side.server, CLIENTS, side.strangers(CLIENTS))
    signed_in = members.sign_in()
    request = requests.refresh(side.port, members.refresh_cookie)
    return _asked(side, [{"request": request, "token": refresh} for _, refresh in signed_in], members.refresh_cookie)


KINDS: Final[dict[str, Callable[[Side], Ready]]] = {
    "log-ins in a known browser": _known,
    "log-ins in a new browser": _new,
    "reads of /users/me": _reads,
    "refreshes": _refreshes,
    "sign-ups": _sign_ups,
}


@contextmanager
def running(place: Path, build: Checkout, users: int) -> Iterator[Side]:
    """A server of that build while the block runs, with so many users who have never logged in."""
    place.mkdir()
    with (
        served(place / "data", {"DOORSTEP_TRUSTED_PROXIES": "1"}, build=build) as server,
        database(Settings(data_dir=place / "data")) as dsn,  # the one that the server started
    ):
        side = Side(server, dsn)
        side.make_users(users)
        yield side


def _driven(side: Side, group: Group, status: str, first_number: int = 0) -> Turn:
    driven = drive(side.server, [group], _WARM_UP + _SECONDS, first_number=first_number)
    seen = driven.groups[group.name]
    if set(seen.statuses()) != {status}:
        raise RuntimeError(f"not every request was answered by {status}: {seen.statuses()}")
    return Turn(
        seen.a_second((_WARM_UP, _WARM_UP + _SECONDS)), driven.used.whole / len(seen.rows) * 1000, driven.others_share
    )


def _asked(side: Side, clients: list[dict[str, str]], cookie: str = "") -> Ready:
    def go() -> Turn:
        before, processors, begun = side.server.used(), Processors.now(), time.perf_counter()
        with placed(side.server.process):
            seen = ask(Subject("all", side.server.process, side.port, lambda: clients, cookie), _SECONDS, _WARM_UP)
        used, took = side.server.used().since(before), time.perf_counter() - begun
        others = processors.share_of_others(used.whole + seen.generator_share * took)
        return Turn(seen.a_second, used.whole / (seen.a_second * (_WARM_UP + _SECONDS)) * 1000, others)

    return go
