"""Whether the database takes writes: it is the primary, and has room.

A full disk refuses what needs a new page, and the rest goes on: reads, and what still fits. So it is looked for by
writing: PostgreSQL puts the rows of a query that are more than `work_mem` into a file beside its tables, and removes
it. That changes no table, needs no right, and finds a disk that is nearly full before a log-in does.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import asyncpg

from doorstep.kit.pool import Connection

REMEMBERED: Final = 5.0
"""Seconds for which a write that found no room counts."""
_BETWEEN: Final = 1.0
"""Seconds within which nobody looks again: the probes are for everybody to ask."""

_IS_READ_ONLY: Final = "SELECT current_setting('transaction_read_only') = 'on'"
# One implicit transaction. About 700 kB are written.
_WRITE_A_FILE: Final = "SET LOCAL work_mem = '64kB'; SELECT count(*) FROM generate_series(1, 30000)"


class NotWritable(Exception):  # noqa: N818 -- a word for the log, as of a part that is not ready
    """Nobody can log in: the sentence says why."""


class Room:
    """What is known about room to write in one database. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._refused_at = float("-inf")
        self._found_at = float("-inf")

    def note_refusal(self) -> None:
        """A write has just found the disk full."""
        self._refused_at = self._clock()

    async def require(self, connection: Connection) -> None:
        """Pass where a write would be taken. Raises NotWritable, DiskFullError and what else is an outage."""
        if await connection.fetchval(_IS_READ_ONLY):
            raise NotWritable("the database takes no writes: it is a standby, or default_transaction_read_only is on")
        if self._clock() - self._refused_at < REMEMBERED:
            raise NotWritable("the disk of the database is full, or was a moment ago: make room there")
        if self._clock() - self._found_at < _BETWEEN:
            return
        with suppress(asyncpg.ConfigurationLimitExceededError):  # `temp_file_limit`: it cannot be told this way
            await connection.execute(_WRITE_A_FILE)
        self._found_at = self._clock()
