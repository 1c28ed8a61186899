"""The database's clock: the one that all processes share, and by which it is decided what is erased.

The clock of a machine may be wrong by days after a bad boot. Where it differs from the database's, one of the two is
wrong, and nobody knows which: so nothing is erased then.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from doorstep.failure import Failure
from doorstep.kit.clock import Clock, utc_now
from doorstep.kit.database import Connection, Database

MOST_APART: Final = timedelta(minutes=1)
_SELECT_NOW: Final = "SELECT clock_timestamp()"

Told: TypeAlias = Callable[[Connection], Awaitable[datetime]]
"""Tells the database's time."""


class ClocksDiffer(Failure):
    """This machine and the database differ by more than a minute, so nothing is done that goes by the time."""

    status = 503
    code = "clocks_differ"
    title = "The clocks of this machine and of the database differ by more than a minute. Set the wrong one right."


async def told(connection: Connection) -> datetime:
    """The time by the database's own clock."""
    now: datetime = await connection.fetchval(_SELECT_NOW)
    return now


class DatabaseClock:
    """The database's time, and whether this machine's agrees with it.

    `clock` is this machine's. One that is not the machine's, as where time is moved by hand, moves the database's too,
    unless it is said how that is `told`.
    """

    def __init__(self, database: Database, clock: Clock, told_by: Told | None = None) -> None:
        self._database = database
        self._clock = clock
        self._told = told_by or (told if clock is utc_now else self._moved)

    async def read(self, connection: Connection) -> datetime:
        """The database's time, whatever this machine's is."""
        return await self._told(connection)

    async def agreed(self) -> datetime:
        """The database's time, where this machine's is within a minute of it. Raises ClocksDiffer, DatabaseUnavailable.

        What the answer took is taken off in halves, as NTP does (RFC 5905 section 8).
        """
        async with self._database.connection() as connection:
            before = self._clock()
            theirs = await self._told(connection)
            ours = before + (self._clock() - before) / 2
        if abs(theirs - ours) > MOST_APART:
            raise ClocksDiffer(
                f"This machine says {ours:%Y-%m-%d %H:%M:%S} and the database {theirs:%Y-%m-%d %H:%M:%S} (UTC). "
                "Nothing is erased or followed until the two agree within a minute: set the wrong clock right."
            )
        return theirs

    async def _moved(self, _: Connection) -> datetime:
        return self._clock()
