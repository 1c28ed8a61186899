"""Lines into batches of users, read while the batch before is stored."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from doorstep.imports.hashes import Hashes
from doorstep.imports.models import Candidate, NewUser, NotImported, Reason, Refusal
from doorstep.imports.policy import candidate
from doorstep.imports.source import Entry, Source
from doorstep.kit.clock import Clock
from doorstep.kit.entropy import new_id

BATCH_LINES = 2000


@dataclass(slots=True)
class Batch:
    """Lines that belong together: the users they make, those that make none, and where the next batch begins."""

    end: int
    lines: int
    users: list[NewUser] = field(default_factory=list)
    not_imported: list[NotImported] = field(default_factory=list)
    _first_lines: dict[object, int] = field(default_factory=dict)

    def take(self, line: int, found: NewUser | Refusal) -> None:
        """Add the user, or why there is none. The first of two lines with one e-mail or id counts."""
        if isinstance(found, Refusal):
            self.not_imported.append(NotImported(line, found.reason, seen=found.seen))
            return
        first = self._first_lines.get(found.email_key) or self._first_lines.get(found.id)
        if first is not None:
            self.not_imported.append(NotImported(line, Reason.TWICE_IN_FILE, first))
            return
        self._first_lines |= {found.email_key: line, found.id: line}
        self.users.append(found)


@asynccontextmanager
async def read_ahead(batches: Iterator[Batch]) -> AsyncIterator[AsyncIterator[Batch]]:
    """The same batches, each read in a thread while the caller stores the one before; two are in memory at most.

    The block does not end before the thread is done with the file.
    """
    following = asyncio.ensure_future(asyncio.to_thread(next, batches, None))

    async def each() -> AsyncIterator[Batch]:
        nonlocal following
        while (batch := await following) is not None:
            following = asyncio.ensure_future(asyncio.to_thread(next, batches, None))
            yield batch

    try:
        yield each()
    finally:
        await asyncio.wait([following])


class Batches:
    """Reads files. What is called new happens at `clock`'s time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def of(self, source: Source, offset: int, lines: int, hashes: Hashes, size: int = BATCH_LINES) -> Iterator[Batch]:
        """The batches behind `offset` bytes and `lines` lines of the file."""
        batch = None
        for entry in source.records(offset, lines):
            batch = batch or Batch(entry.end, entry.line)
            batch.end, batch.lines = entry.end, entry.line
            batch.take(entry.line, _user(entry, hashes, self._clock()))
            if len(batch.users) + len(batch.not_imported) >= size:
                yield batch
                batch = None
        if batch:
            yield batch


def _user(entry: Entry, hashes: Hashes, now: datetime) -> NewUser | Refusal:
    if isinstance(entry.fields, Reason):
        return Refusal(entry.fields)
    described = candidate(entry.line, entry.fields, now)
    if not isinstance(described, Candidate):
        return Refusal(described)
    kept = hashes.kept(described)
    if isinstance(kept, Refusal):
        return kept
    return NewUser(
        line=described.line,
        id=described.id or new_id(now),
        email=described.email,
        email_key=described.email_key,
        password_hash=kept,
        email_verified_at=now if described.email_verified else None,
        created_at=described.created_at or now,
        status=described.status,
    )
