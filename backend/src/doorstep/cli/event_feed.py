"""The audit trail as a feed: every event once, oldest first, however often one looks.

An event says when it occurred by the clock of the server that was at work, and the database says when it was written.
The first look goes by the former, as people ask; all later ones by the latter, which is one clock for all servers: one
whose clock is wrong hides neither its own events nor those of the others.
"""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from doorstep.audit.models import Event, Written
from doorstep.audit.service import Trail

_BATCH = 500
_FIRST = UUID(int=0)
# An event is written before its transaction ends, so one that is committed later may have been written earlier. No
# statement takes longer than ten seconds.
_LATE = timedelta(seconds=15)
# What was given is known for that much longer: the database's clock may be put back a little.
_SET_BACK = timedelta(minutes=1)


class EventFeed:
    """The events from `start` on, of one user or of everybody."""

    def __init__(self, trail: Trail, user_id: UUID | None, start: datetime) -> None:
        self._trail = trail
        self._user_id = user_id
        self._start = start
        self._horizon: datetime | None = None
        self._given: dict[UUID, datetime] = {}

    async def fresh(self) -> AsyncIterator[list[Event]]:
        """What was not given yet, in batches. Raises DatabaseUnavailable.

        The horizon is a little before the last look. It goes back with the database's clock: where that is put back by
        more than a minute, as after a failover to a machine that is behind, an event may be given twice, and none is
        left out.
        """
        now = await self._trail.database_time()
        first = self._horizon is None
        if self._horizon is None:
            self._horizon = now - _LATE
            async for batch in self._occurred():
                yield batch
        self._horizon = min(self._horizon, now - _LATE)
        after = (self._horizon, _FIRST)
        while True:
            found = await self._trail.written_since(after, self._user_id, _BATCH)
            new = [each.event for each in found if each.event.id not in self._given]
            if first:  # of events that were just written, too, only those are asked for that occurred since
                new = [event for event in new if event.occurred_at >= self._start]
            self._remember(found)
            if new:
                yield new
            if len(found) < _BATCH or found[-1].at is None:
                break
            after = (found[-1].at, found[-1].event.id)
        self._horizon = now - _LATE
        self._given = {key: at for key, at in self._given.items() if at >= self._horizon - _SET_BACK}

    async def _occurred(self) -> AsyncIterator[list[Event]]:
        after = (self._start, _FIRST)
        while True:
            found = await self._trail.since(after, self._user_id, _BATCH)
            self._remember(found)
            if found:
                yield [each.event for each in found]
            if len(found) < _BATCH:
                return
            after = (found[-1].event.occurred_at, found[-1].event.id)

    def _remember(self, given: Iterable[Written]) -> None:
        """Those that a later look may find again."""
        if self._horizon is not None:
            oldest = self._horizon - _SET_BACK
            self._given |= {each.event.id: each.at for each in given if each.at is not None and each.at >= oldest}
