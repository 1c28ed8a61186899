"""A user with many old rows: how long the ways back take, and whether anybody else waits for them.

`python -m bench.crowded [ROWS]` measures once and prints; `measure` is for `make bench`, with growth.
"""

import argparse
import http.client
import json
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from bench import machine
from bench.figures import Table
from bench.old_rows import OldRows, fill
from bench.quiet import wait_until_quiet
from bench.served import PASSWORD, Served, address, make_users, served
from bench.statements import told
from doorstep.cli.preparation import database
from doorstep.kit import base64url
from doorstep.kit.entropy import new_id, random_bytes
from doorstep.one_time_tokens.models import Purpose
from doorstep.settings import Settings

ROWS: Final = 400_000
AT_MOST: Final = 300.0
NOT_ME, RESET = "«not me»", "reset"
KNOWN, NEW, LIST = "log-in in a known browser", "log-in in a new browser", "list of sessions"
_TRIES: Final = 10
_USER, _OTHER = 0, 1
_PAUSE: Final = 0.002
"""Seconds between two reads of the other user."""
_CONNECTED_WITHIN: Final = 10.0
_LONGEST_SETTLING: Final = 5.0
"""Most seconds to wait until PostgreSQL has done what bringing rows back left it to do."""

_ISSUE: Final = """
INSERT INTO one_time_tokens (id, token_hash, purpose, user_id, session_id, email, credential_version, created_at,
                             expires_at)
SELECT $5, $1, $2, id, $4, email, credential_version, now(), now() + interval '1 hour' FROM users WHERE id = $3
"""


class _Waits:
    """Of each kind the milliseconds of its tries, and of the slowest read of somebody else during each.

    `given_up` counts the answers 503 among them: the server's own patience with the database was over.
    """

    def __init__(self) -> None:
        self.given_up = 0
        self.tries: dict[str, list[float]] = defaultdict(list)
        self.reads: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def noted(self, kind: str, server: Served, access: str) -> Iterator[None]:
        """The block is a try; all the while the other user reads."""
        with _reading(server.port, access) as reads:
            begun = time.perf_counter()
            try:
                yield
            except urllib.error.HTTPError as refused:
                with refused:
                    if refused.code != 503:
                        raise
                self.given_up += 1
            took = time.perf_counter() - begun
        self.tries[kind].append(took * 1000)
        self.reads[kind].append(max(reads))


def measure(place: Path, repeats: int, patience: float, rows: int = ROWS, tries: int = _TRIES) -> Table:
    """The slowest of so many tries of each kind, in each repeat."""
    data = place / "crowded"
    make_users(data, 2)
    taken = []
    with database(Settings(data_dir=data)) as dsn:
        told(dsn, "UPDATE users SET email_verified_at = now()")  # to others a build may send no mails
        [(user_id,)] = told(dsn, "SELECT id FROM users WHERE email = $1", address(_USER))
        old = fill(dsn, user_id, rows)
        reported = cycle(old.sessions)
        with served(data, {"DOORSTEP_TRUSTED_PROXIES": "1"}) as server:
            for _ in range(repeats):
                wait_until_quiet(patience)
                taken.append(_repeat(server, old, reported, tries, patience))
    return _table(taken, rows, tries)


def _repeat(server: Served, old: OldRows, reported: Iterator[UUID], tries: int, patience: float) -> _Waits:
    waits = _Waits()
    devices = [server.device(number, "10.8.0.1") for number in (_USER, _OTHER)]

    def renew() -> str:
        """Everything is as it was; the other user's access token."""
        old.renew()
        wait_until_quiet(min(patience, _LONGEST_SETTLING))
        return server.log_in(_OTHER, "10.8.0.1", devices[_OTHER])[0]

    for _ in range(tries):
        access = renew()
        token = _issued(old, Purpose.NOT_ME, next(reported))
        with waits.noted(NOT_ME, server, access):
            _post(server, "not-me", {"token": token})
        access = renew()
        token = _issued(old, Purpose.RESET_PASSWORD)
        with waits.noted(RESET, server, access):
            _post(server, "reset", {"token": token, "password": PASSWORD})
        access, own = renew(), ""
        with waits.noted(KNOWN, server, access):
            own, _ = server.log_in(_USER, "10.8.0.1", devices[_USER])
        own = own or server.log_in(_USER, "10.8.0.1", devices[_USER])[0]
        with waits.noted(LIST, server, access):
            _get(server, "sessions", own)
        with waits.noted(NEW, server, access):
            server.log_in(_USER, "10.8.0.2")
    return waits


def _issued(old: OldRows, purpose: Purpose, session_id: UUID | None = None) -> str:
    """A token as a mail brings it; older ones stay as they are."""
    raw = random_bytes(32)
    token_id = new_id(datetime.now(UTC))
    told(old.dsn, _ISSUE, sha256(raw).digest(), purpose, old.user_id, session_id, token_id)
    return base64url.encode(raw)


def _post(server: Served, what: str, body: dict[str, str]) -> None:
    _answered(server, f"auth/{what}", json.dumps(body).encode(), {"Content-Type": "application/json"})


def _get(server: Served, what: str, access: str) -> None:
    _answered(server, what, None, {"Authorization": f"Bearer {access}"})


def _answered(server: Served, what: str, data: bytes | None, headers: dict[str, str]) -> None:
    """Raises HTTPError for a refusal."""
    request = urllib.request.Request(f"http://localhost:{server.port}/api/v1/{what}", data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 -- our own server
        answer.read()


@contextmanager
def _reading(port: int, access: str) -> Iterator[list[float]]:
    """Somebody who reads all the while: the milliseconds of each read, of which there is at least one."""
    took, refused = list[float](), list[int]()
    begun, over = threading.Event(), threading.Event()

    def read() -> None:
        connection = http.client.HTTPConnection("localhost", port, timeout=120)
        connection.connect()
        begun.set()
        while not took or not over.is_set():
            sent = time.perf_counter()
            connection.request("GET", "/api/v1/users/me", headers={"Authorization": f"Bearer {access}"})
            answer = connection.getresponse()
            answer.read()
            took.append((time.perf_counter() - sent) * 1000)
            if answer.status != 200:
                refused.append(answer.status)
            over.wait(_PAUSE)
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait(_CONNECTED_WITHIN)
    try:
        yield took
    finally:
        over.set()
        reader.join()
    if refused:
        raise RuntimeError(f"somebody else was refused: {refused}")


def _table(taken: list[_Waits], rows: int, tries: int) -> Table:
    table = Table(
        "crowded",
        "A user with many old rows",
        f"One user has {rows:,} rows in each table that names users: sessions (a third live, a third ended, a third "
        "expired, each in a known browser of its own), links of every purpose (half of them unused), mails (sent, "
        "given up, waiting), events, log-in tickets, addresses given up, subscriptions that ended; and as many "
        "passkeys and recovery codes as one can have (a new set of codes replaces the one before). "
        f"{tries} times in each repeat «not me» ends a live session, a reset brings a password (its hash is part of "
        "it), and the user logs in and lists sessions; before «not me», reset and log-ins everything that the last one "
        "ended or voided is brought back. The slowest of each counts. All the "
        f"while somebody else reads `/users/me`, one after the other with {_PAUSE * 1000:g} ms between.",
    )
    for kind in (NOT_ME, RESET):
        table.add(f"{kind}: slowest of {tries}", "ms", [max(each.tries[kind]) for each in taken], at_most=AT_MOST)
    table.add("answers 503 among them", "", [float(each.given_up) for each in taken], at_most=0)
    for kind in (KNOWN, NEW, LIST):
        table.add(f"{kind}: slowest of {tries}", "ms", [max(each.tries[kind]) for each in taken])
    for kind in (NOT_ME, RESET, KNOWN, NEW, LIST):
        table.add(f"{kind}: p50", "ms", [median(each.tries[kind]) for each in taken])
    for kind in (NOT_ME, RESET, KNOWN, NEW, LIST):
        table.add(f"slowest read of somebody else during {kind}", "ms", [max(each.reads[kind]) for each in taken])
    return table


def main() -> int:
    """Measure once, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.crowded", description="Measure a user with many old rows.")
    parser.add_argument("rows", nargs="?", type=int, default=ROWS)
    asked = parser.parse_args()
    print("\n".join(f"{name}: {told}" for name, told in machine.described().items()))
    print(f"load before: {machine.load():.2f}\n", flush=True)
    with TemporaryDirectory(prefix="doorstep-bench-") as directory:
        Path(directory).chmod(0o755)
        table = measure(Path(directory), 1, 60, asked.rows)
    print(table.as_markdown())
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main())
