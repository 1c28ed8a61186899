"""A flood of wrong passwords: what signed-in users, a user in a known browser and the server's memory feel of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench import requests
from bench.driving import Group, Seen, Shares, drive
from bench.figures import Table
from bench.pinning import cores
from bench.quiet import wait_until_quiet
from bench.served import Served, address, make_users, served
from doorstep.settings import PasswordSettings

FLOOD = 64
READERS = 4
SCHEDULED = 8
A_SECOND = 200
"""Clients that read on schedule, and how often they do in all."""
OVERFLOW = 160
"""More clients than slots and queue together."""

_USERS = 16
_OWNER = 0
_READER = 1
_IDLE_SECONDS = 5.0
_SECONDS = 12.0
_WARM_UP = 2.0
_OWNERS_PAUSE = 0.5
_PATIENCE = 0.25
"""Seconds that a refused client of the overflow waits before it tries again."""
OFF = {f"DOORSTEP_THROTTLE__{name}": "0" for name in ("FREE_FAILURES", "LOCK_AFTER", "NETWORK_FREE", "NETWORK_LIMIT")}


@dataclass(frozen=True)
class Kind:
    """One way to flood: the settings it meets, and the request that client number n sends."""

    name: str
    how: str
    settings: dict[str, str]
    request: Callable[[int, int], str]
    clients: int = FLOOD
    pause: float = 0


@dataclass
class _Taken:
    ratio: list[float] = field(default_factory=list)
    idle50: list[float] = field(default_factory=list)
    idle99: list[float] = field(default_factory=list)
    read50: list[float] = field(default_factory=list)
    read99: list[float] = field(default_factory=list)
    growth: list[float] = field(default_factory=list)
    owner50: list[float] = field(default_factory=list)
    owner_worst: list[float] = field(default_factory=list)
    guesses: list[float] = field(default_factory=list)
    busy99: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    due_idle99: list[float] = field(default_factory=list)
    due99: list[float] = field(default_factory=list)
    shares: Shares = field(default_factory=Shares)


def _anybody(port: int, number: int) -> str:
    return requests.guess(port, address(number % _USERS), "10.7.0.1")


def _botnet(port: int, number: int) -> str:
    del number
    return requests.guess(port, requests.ANY_ADDRESS, requests.ANY_NETWORK)


def _one_network(port: int, number: int) -> str:
    return requests.guess(port, address(number % _USERS), "10.7.0.1")


KINDS = (
    Kind(
        "saturated",
        f"the throttle off, {FLOOD} clients guess without a pause, so that hashing is the only bound",
        OFF,
        _anybody,
    ),
    Kind(
        "botnet",
        f"the throttle as shipped, {FLOOD} clients guess without a pause, each guess another address from another "
        "network",
        {},
        _botnet,
    ),
    Kind(
        "hammer",
        f"the throttle as shipped, {FLOOD} clients of one network guess without a pause and are refused",
        {},
        _one_network,
    ),
    Kind(
        "overflow",
        f"the throttle off, {OVERFLOW} clients guess, more than slots and queue take; who is refused tries again "
        f"after about {_PATIENCE:g} s",
        OFF,
        _anybody,
        OVERFLOW,
        _PATIENCE,
    ),
)


def measure(place: Path, repeats: int, patience: float, only: str | None = None) -> list[Table]:
    """One table for each way to flood."""
    return [_measure(kind, place / kind.name, repeats, patience) for kind in KINDS if only in {None, kind.name}]


def _measure(kind: Kind, place: Path, repeats: int, patience: float) -> Table:
    # A directory of its own for each kind: who was held back in one flood would be held back in the next.
    place.mkdir()
    make_users(place / "data", _USERS)
    taken = _Taken()
    for repeat in range(repeats):
        wait_until_quiet(patience)
        # A server of its own for each repeat: memory once grown would hide what the next flood costs.
        with served(place / "data", {"DOORSTEP_TRUSTED_PROXIES": "1", **kind.settings}) as server:
            _flood_once(kind, server, taken, first_number=repeat * 1_000_000)
    return _table(kind, taken)


def _flood_once(kind: Kind, server: Served, taken: _Taken, first_number: int) -> None:
    token, _ = server.log_in(_READER, "10.8.0.2")
    _, cookies = server.log_in(_OWNER, "10.8.0.1")
    asked = [requests.read_me(server.port, token)]
    readers = Group("reads", [asked] * READERS)
    on_schedule = Group("reads", [asked] * SCHEDULED, every=SCHEDULED / A_SECOND)
    owner = Group("owner", [[requests.log_in(server.port, _OWNER, "10.8.0.1", cookies)]], _OWNERS_PAUSE)
    guessing = [[kind.request(server.port, number)] for number in range(kind.clients)]
    before = server.memory_mb()
    idle, due_idle = (_alone(server, each) for each in (readers, on_schedule))
    flood = Group("guesses", guessing, kind.pause)
    driven = drive(server, [readers, owner, flood], _SECONDS, first_number=first_number)
    reads = _good(driven.groups["reads"].after(_WARM_UP))
    # The numbers go on, so that nobody is met twice.
    alike = drive(server, [on_schedule, flood], _SECONDS, first_number=first_number + 500_000)
    due = _good(alike.groups["reads"].after(_WARM_UP))
    owners = driven.groups["owner"].after(_WARM_UP)
    guesses = driven.groups["guesses"].after(_WARM_UP)
    if owners.of(200).rows != owners.rows:
        raise RuntimeError(f"the owner was refused in a known browser: {owners.statuses()}")
    if guesses.of(401, 428, 429, 503).rows != guesses.rows:
        raise RuntimeError(f"the flood was answered otherwise than refused: {guesses.statuses()}")
    busy = guesses.of(503)
    if not all(row[3] for row in busy.rows):
        raise RuntimeError("busy without Retry-After")
    taken.ratio.append(reads.percentile(0.99) / idle.percentile(0.99))
    taken.idle50.append(idle.percentile(0.5))
    taken.idle99.append(idle.percentile(0.99))
    taken.read50.append(reads.percentile(0.5))
    taken.read99.append(reads.percentile(0.99))
    taken.growth.append(driven.most_memory_mb - before)
    taken.owner50.append(owners.percentile(0.5) / 1000)
    taken.owner_worst.append(owners.percentile(1) / 1000)
    taken.guesses.append(guesses.a_second((_WARM_UP, _SECONDS)))
    taken.busy99.append(busy.percentile(0.99))
    taken.due_idle99.append(due_idle.percentile(0.99))
    taken.due99.append(due.percentile(0.99))
    taken.shares.note(driven, alike)
    taken.busy.append(float(len(busy.rows)))


def _alone(server: Served, readers: Group) -> Seen:
    return _good(drive(server, [readers], _IDLE_SECONDS).groups["reads"].after(1.0))


def _good(reads: Seen) -> Seen:
    if set(reads.statuses()) != {"200"}:
        raise RuntimeError(f"a signed-in user was refused: {reads.statuses()}")
    return reads


def _table(kind: Kind, taken: _Taken) -> Table:
    hash_mb = PasswordSettings().hash_memory_kib * 1024 / 1e6
    table = Table(
        f"flood-{kind.name}",
        f"Flood: {kind.name}",
        f"{kind.how[0].upper()}{kind.how[1:]}. {READERS} signed-in clients read `/users/me` all the time, alone and "
        "during the flood; the owner of an attacked address logs in with the right password, in a browser used before. "
        f"Then, in another flood, {SCHEDULED} clients read on schedule, {A_SECOND} times a second in all; what they "
        "wait for counts from the moment in which it was due.",
    )
    # The bound is for the flood that was asked about. More clients than fit are there to be sent away quickly.
    bound = {"at_most": 3.0} if kind.clients == FLOOD else {}
    table.add("reads: p99 under flood over p99 idle", "", taken.ratio, **bound)
    table.add("reads idle: p50", "ms", taken.idle50)
    table.add("reads idle: p99", "ms", taken.idle99)
    table.add("reads under flood: p50", "ms", taken.read50)
    table.add("reads under flood: p99", "ms", taken.read99)
    table.add("reads on schedule, idle: p99", "ms", taken.due_idle99)
    table.add("reads on schedule, under flood: p99", "ms", taken.due99)
    table.add("memory growth", "MB", taken.growth, at_most=round(len(cores()) * hash_mb + 64, 1))
    table.add("log-in in a known browser: p50", "s", taken.owner50)
    table.add("log-in in a known browser: slowest", "s", taken.owner_worst, at_most=2)
    table.add("wrong log-ins answered", "a second", taken.guesses)
    if any(taken.busy):
        table.add("answers 503 `busy`, all with Retry-After", "", taken.busy)
        table.add("answer 503 `busy`: p99", "ms", taken.busy99, at_most=50)
    taken.shares.tell(table)
    return table
