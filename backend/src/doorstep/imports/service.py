"""Imports: users of another system, with the passwords they know.

A batch of lines is one transaction: its users, their trail, and how far the file is done. Whatever ends the process,
the same command goes on behind the last batch that was committed. docs/decisions/0015 says why.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeAlias

from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.imports import queries
from doorstep.imports.batches import Batch, Batches, read_ahead
from doorstep.imports.failures import ImportOvertaken
from doorstep.imports.hashes import Hashes
from doorstep.imports.models import DUPLICATES, NotImported, Progress
from doorstep.imports.source import Source
from doorstep.kit.clock import Clock
from doorstep.kit.database import Database
from doorstep.kit.entropy import new_id
from doorstep.kit.firebase_scrypt import FirebaseProject
from doorstep.kit.hash_formats import HashFormats

KEEP_UNFINISHED = timedelta(days=30)
_MANY = 1000

Tell: TypeAlias = Callable[[Sequence[NotImported]], None]
"""Told which lines of a batch are not imported, before the batch is committed: none is lost, some may be told twice."""
Watch: TypeAlias = Callable[[Progress], bool]
"""Shown how far it is, after each batch. False stops the import there."""


class Imports:
    """Adds the users of a file, or rehearses that."""

    def __init__(self, database: Database, clock: Clock, formats: HashFormats) -> None:
        self._database = database
        self._clock = clock
        self._formats = formats
        self._batches = Batches(clock)

    async def begin(self, source: Source) -> Progress:
        """Where the import of this file stands: at its beginning, or where the last one stopped."""
        now = self._clock()
        async with self._database.transaction() as tx:
            progress = await queries.begin(tx, source.fingerprint, now, now - KEEP_UNFINISHED)
        progress.size = source.size
        return progress

    async def under_way(self, source: Source) -> bool:
        """Whether an import of this file was begun and has not come to its end. Raises DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await queries.is_under_way(connection, source.fingerprint, self._clock() - KEEP_UNFINISHED)

    async def run(
        self,
        source: Source,
        progress: Progress,
        project: FirebaseProject | None,
        *,
        client: Client,
        tell: Tell,
        watch: Watch,
    ) -> None:
        """Go on from `progress`, and move it on. Raises ImportOvertaken, DatabaseUnavailable."""
        hashes = Hashes(self._formats, project, wraps=True)
        read = self._batches.of(source, progress.offset, progress.lines, hashes)
        async with read_ahead(read) as batches:
            async for batch in batches:
                now, before = self._clock(), progress.added
                async with self._database.transaction() as tx:
                    if not await queries.hold(tx, source.fingerprint, progress):
                        raise ImportOvertaken
                    left = await queries.add_users(
                        tx,
                        batch.users,
                        progress.import_id,
                        kind=EventKind.USER_IMPORTED,
                        outcome=Outcome.SUCCESS,
                        client=client,
                        now=now,
                    )
                    _count(progress, batch, left, tell)
                    await queries.advance(tx, source.fingerprint, progress, now)
                if _grown(before, progress.added):
                    await self._take_statistics()
                if not watch(progress):
                    return
        async with self._database.transaction() as tx:
            if not await queries.finish(tx, source.fingerprint, progress):
                raise ImportOvertaken
        progress.finished = True
        await self._take_statistics()

    async def rehearse(self, source: Source, project: FirebaseProject | None, *, tell: Tell, watch: Watch) -> Progress:
        """Read the whole file and tell what `run` would, without adding anybody. Raises DatabaseUnavailable."""
        progress = Progress(new_id(self._clock()), size=source.size)
        read = self._batches.of(source, 0, 0, Hashes(self._formats, project, wraps=False))
        async with self._database.transaction() as tx, read_ahead(read) as batches:
            await queries.begin_rehearsal(tx)
            async for batch in batches:
                _count(progress, batch, await queries.rehearse(tx, batch.users), tell)
                if not watch(progress):
                    return progress
        progress.finished = True
        return progress

    async def _take_statistics(self) -> None:
        """A server that runs meanwhile has planned for small tables; PostgreSQL itself looks only after a minute."""
        async with self._database.connection() as connection:
            await queries.take_statistics(connection)


def _grown(before: int, added: int) -> bool:
    """Whether so many users came that plans for fewer do no more: the thousandth, the ten thousandth and so on."""
    return added >= _MANY and len(str(added)) > len(str(before))


def _count(progress: Progress, batch: Batch, left: Sequence[NotImported], tell: Tell) -> None:
    not_imported = sorted([*batch.not_imported, *left], key=lambda each: each.line)
    duplicates = sum(each.reason in DUPLICATES for each in not_imported)
    tell(not_imported)
    progress.offset, progress.lines = batch.end, batch.lines
    others = {each.line for each in left}
    added = [user for user in batch.users if user.line not in others]
    progress.added += len(added)
    progress.without_password += sum(user.password_hash is None for user in added)
    progress.duplicates += duplicates
    progress.refused += len(not_imported) - duplicates
    progress.not_imported.update(each.refusal for each in not_imported)
