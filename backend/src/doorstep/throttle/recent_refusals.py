"""Recent refusals: who was just refused is refused again without asking the database, and not sooner than it tells.

Whoever hammers on after a refusal would cost a locked row, a connection and the event loop's time for each try, and
those who are signed in would wait behind. So for a moment (a second) a refusal is remembered in the process, and a try
within it is answered when that moment is over, spread over a moment more, so that a crowd that was refused at once does
not come back at once: however fast somebody asks, each connection gets about one answer in that time.
Nothing is decided here that the database did not decide within that moment.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from doorstep.failure import Failure
from doorstep.kit.entropy import fraction

MOST_REMEMBERED = 10_000
MOST_HELD = 1_000
"""Tries that are kept waiting at once in a process; past it the answer comes at once."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    kind: type[Failure]
    retry_after: int | None
    until: datetime


class RecentRefusals:
    """Remembers refusals by subject for `moment`; nothing at all when that is zero."""

    def __init__(self, moment: timedelta) -> None:
        self._moment = moment
        self._refusals: OrderedDict[bytes, _Refusal] = OrderedDict()
        self._held = 0

    def note(self, subject: bytes, refusal: Failure, now: datetime) -> None:
        """Remember that this subject was refused just now: for the moment, and no longer than its `retry_after`."""
        moment = self._moment
        if refusal.retry_after is not None:
            moment = min(moment, timedelta(seconds=refusal.retry_after))
        if moment > timedelta(0):
            self._refusals[subject] = _Refusal(type(refusal), refusal.retry_after, now + moment)
            self._refusals.move_to_end(subject)
            if len(self._refusals) > MOST_REMEMBERED:
                self._refusals.popitem(last=False)

    async def hold_back(self, subject: bytes, now: datetime) -> None:
        """Pass unless this subject was refused a moment ago. Raises the same refusal when the moment is over."""
        refusal = self._refusals.get(subject)
        if refusal is None:
            return
        left = (refusal.until - now).total_seconds()
        if left <= 0:
            del self._refusals[subject]
            return
        if self._held < MOST_HELD:
            self._held += 1
            try:
                await asyncio.sleep(left + self._moment.total_seconds() * fraction())
            finally:
                self._held -= 1
        raise refusal.kind(retry_after=refusal.retry_after)

    def forget(self, subjects: list[bytes]) -> None:
        """These are not refused any more."""
        for subject in subjects:
            self._refusals.pop(subject, None)
