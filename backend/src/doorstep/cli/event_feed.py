"""The audit trail as a feed: every event once, oldest first, however often one looks."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

from doorstep.audit.models import Event
from doorstep.audit.service import Trail

_BATCH = 500
_FIRST = UUID(int=0)
# An event is stamped before its transaction ends, so one that is written later may carry an earlier time.
_LATE = timedelta(seconds=15)


class EventFeed:
    """The events from `start` on, of one user or of everybody."""

    def __init__(self, trail: Trail, user_id: UUID | None, start: datetime) -> None:
        self._trail = trail
        self._user_id = user_id
        self._start = start
        self._given: dict[UUID, datetime] = {}

    async def fresh(self) -> AsyncIterator[list[Event]]:
        """What was not given yet, in batches. Raises DatabaseUnavailable."""
        after = (self._start, _FIRST)
        while True:
            found = await self._trail.since(after, self._user_id, _BATCH)
            new = [event for event in found if event.id not in self._given]
            if new:
                self._remember(new)
                yield new
            if len(found) < _BATCH:
                return
            after = (found[-1].occurred_at, found[-1].id)

    def _remember(self, new: list[Event]) -> None:
        """Look from a little before the newest next time, knowing what was given of that little."""
        self._given |= {event.id: event.occurred_at for event in new}
        self._start = max(self._start, max(self._given.values()) - _LATE)
        self._given = {key: moment for key, moment in self._given.items() if moment >= self._start}
