"""Growth: log-ins and reads among a thousand users, and among millions."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

from bench import requests
from bench.crowd import make_crowd
from bench.driving import Driven, Group, Shares, drive
from bench.figures import Table
from bench.quiet import wait_until_quiet
from bench.served import Served, served

SIZES: Final = (1_000, 100_000, 5_000_000)
_SLICES = 8
_LOG_IN_SECONDS = 3.0
_READ_SECONDS = 2.0
_WARM_UP = 0.5
_LOG_INS = 2
_READERS = 4
_SIGNED_IN = 64
_SEED = 20_260_101
_AT_MOST = 1.10


class _Place:
    """A server among so many users, and what was seen of it."""

    def __init__(self, server: Served, size: int, device: str) -> None:
        self.server = server
        self.size = size
        self.log_in: list[float] = []
        self.read: list[float] = []
        self._random = Random(_SEED)  # noqa: S311 -- the same users each time
        self._device = device
        self._others = [self._random.randrange(size) for _ in range(_SIGNED_IN)]
        self._tokens: list[str] = []

    def sign_in(self) -> None:
        """Fresh access tokens of users from all over the tables."""
        self._tokens = [self.server.log_in(number, "10.8.0.1", self._device)[0] for number in self._others]

    def log_ins(self) -> Driven:
        """A few clients that log in as somebody else each time."""
        some = iter(lambda: self._random.randrange(self.size), -1)
        clients = [
            [requests.log_in(self.server.port, next(some), requests.ANY_NETWORK, self._device) for _ in range(400)]
            for _ in range(_LOG_INS)
        ]
        return self._driven(clients, _LOG_IN_SECONDS)

    def reads(self) -> Driven:
        """A few clients that read as one after the other of those who are signed in."""
        asked = [requests.read_me(self.server.port, token) for token in self._tokens]
        return self._driven([asked[at::_READERS] for at in range(_READERS)], _READ_SECONDS)

    def _driven(self, clients: list[list[str]], seconds: float) -> Driven:
        driven = drive(self.server, [Group("all", clients)], seconds, self._random.randrange(1 << 24))
        statuses = driven.groups["all"].statuses()
        if set(statuses) != {"200"}:
            raise RuntimeError(f"among {self.size} users not everybody was let in: {statuses}")
        return driven


def measure(place: Path, repeats: int, patience: float, sizes: Sequence[int] = SIZES) -> Table:
    """The median wait for a log-in and a read at each size; the servers are asked in turns of a few seconds."""
    devices = [make_crowd(place / f"users-{size}", size) for size in sizes]
    with ExitStack() as running:
        places = [
            _Place(
                running.enter_context(served(place / f"users-{size}", {"DOORSTEP_TRUSTED_PROXIES": "1"})), size, device
            )
            for size, device in zip(sizes, devices, strict=True)
        ]
        shares = Shares()
        for _ in range(repeats):
            wait_until_quiet(patience)
            shares.note(*_repeat(places))
    table = _table(places)
    shares.tell(table)
    return table


def _repeat(places: list[_Place]) -> list[Driven]:
    all_driven = []
    log_ins: dict[int, list[float]] = {each.size: [] for each in places}
    reads: dict[int, list[float]] = {each.size: [] for each in places}
    for each in places:
        each.sign_in()
    for turn in range(_SLICES):
        # Now the one first, now the other: what drifts in one direction meets all alike.
        for each in places if turn % 2 == 0 else reversed(places):
            for driven, waits in ((each.log_ins(), log_ins), (each.reads(), reads)):
                waits[each.size].append(driven.groups["all"].after(_WARM_UP).percentile(0.5))
                all_driven.append(driven)
    for each in places:
        each.log_in.append(median(log_ins[each.size]))
        each.read.append(median(reads[each.size]))
    return all_driven


def _table(places: list[_Place]) -> Table:
    table = Table(
        "growth",
        "Growth",
        "Servers among so many users, each user with a session, a subscription, two events, a counter and a known "
        f"browser, brought by COPY, vacuumed and analyzed. All run, and are asked in turns, {_SLICES} in each repeat: "
        f"{_LOG_INS} clients log in as any user, in the browser that is known of all, and {_READERS} read `/users/me` "
        f"as one of {_SIGNED_IN} users from all over the tables.",
    )
    least, most = places[0], places[-1]
    bound = {"at_most": _AT_MOST} if most.size == max(SIZES) else {}
    for name, small, large in (("log-in", least.log_in, most.log_in), ("read", least.read, most.read)):
        ratios = [two / one for one, two in zip(small, large, strict=True)]
        table.add(f"{name} p50 at {most.size:,} users over {least.size:,}", "", ratios, **bound)
    for each in places:
        table.add(f"{each.size:,} users: log-in p50", "ms", each.log_in)
        table.add(f"{each.size:,} users: read p50", "ms", each.read)
    return table
