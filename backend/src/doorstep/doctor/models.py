"""What the doctor finds, and the facts it goes by. No fact is a secret: those are judged where they are read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path


class Verdict(StrEnum):
    """How serious it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, and how it is or what mends it."""

    verdict: Verdict
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Voice:
    """Says findings about one thing."""

    title: str

    def ok(self, sentence: str) -> Finding:
        """Nothing to do."""
        return Finding(Verdict.OK, self.title, sentence)

    def warn(self, sentence: str) -> Finding:
        """Works, and weaker or less certain than it could be."""
        return Finding(Verdict.WARN, self.title, sentence)

    def fail(self, sentence: str) -> Finding:
        """Has to be mended."""
        return Finding(Verdict.FAIL, self.title, sentence)


@dataclass(frozen=True, slots=True)
class Saw:
    """What the server saw of the doctor's request: the address it took for the client's, and `X-Forwarded-For`."""

    address: str
    forwarded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back from a server. `trouble` is why nothing did; all else is then empty.

    `ahead` is how far its `Date` is ahead of our clock; `act` the status of a request that acts on the cookie.
    """

    trouble: str | None = None
    is_doorstep: bool = False
    ahead: timedelta | None = None
    saw: Saw | None = None
    act: int | None = None
    cookies: tuple[str, ...] = ()
    hsts: bool = False
    kids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What the database says of itself and of the role that we come as. `ahead` as in `Heard`.

    `pooled` when a pooler stands before it, which `loses_statements` when it lends each transaction another connection.
    `suits_us` when tables of a newer revision are good for this one.
    """

    version: int
    encoding: str
    revision: str | None
    ahead: timedelta
    synchronous_commit: str
    fsync: str
    full_page_writes: str
    max_connections: int
    superuser: bool
    owns_trail: bool
    trail_guards: int
    has_outbox: bool
    encrypted: bool
    remote: bool
    name: str = ""
    outgrown_collations: tuple[str, ...] = ()
    """Orders of texts whose library has another version than the one that indexes were made with."""
    suits_us: bool = True
    pooled: bool = False
    loses_statements: bool = False


@dataclass(frozen=True, slots=True)
class MailFacts:
    """How mails are set to leave. `server` is host and port, or None; `half_a_login` a name without its password."""

    server: str | None
    encrypted: bool
    sender: str
    half_a_login: bool


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """What the mail server made of us. `trouble` says why it lets nothing through; `offers_login` that none is set."""

    trouble: str | None = None
    offers_login: bool = False


@dataclass(frozen=True, slots=True)
class OutboxFacts:
    """Mails that do not leave: how many were given up; how many wait and failed often, since when, and why."""

    given_up: int
    failing: int = 0
    failing_since: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PathFacts:
    """A file or directory that only its owner should reach. `mode` holds the permission bits; None: it is not there."""

    path: Path
    mode: int | None
    ours: bool = True
    directory: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A setting that may be weaker than its default. `value` and `usual` in seconds or as counted."""

    variable: str
    value: float
    usual: float
    more_is_weaker: bool
    unit: str = ""
