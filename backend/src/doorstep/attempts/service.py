"""Attempts that are charged before they are judged, and whose charge does not outlive an outage.

A limit that was read before the hash and written after it would let a burst pass, so a password or a code is charged
before it is looked at, and success takes the charge back. Where the database is lost in between (its disk is full, it
fails over, it restarts) a right password would count as a wrong one. So a row says what an open attempt was charged; it
goes when the attempt was judged, and where that could not be, the charge is given back: by this process as soon as the
database takes it, else by any process a minute later.

What was found to be wrong stays charged, also where the refusal could not be written: an outage gives no free guesses.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from doorstep.attempts import queries
from doorstep.attempts.models import Charged, Trial
from doorstep.failure import Failure
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.entropy import new_id
from doorstep.settings import ThrottleSettings

LEFT_AFTER: Final = timedelta(minutes=1)
"""An attempt takes some seconds at most: after this nobody is at it any more."""
_LOOK_EVERY: Final = 60.0
_PAUSE: Final = 1.0
_SERVER_SIDE: Final = 500
_log = structlog.get_logger(__name__)


async def open_attempt(tx: Connection, trial: Trial, charged: Charged, now: datetime) -> None:
    """Note what the attempt is charged to, in the transaction that charges it."""
    trial.opened = True
    await queries.insert(tx, trial.id, charged, now)


class Attempts:
    """Keeps account of open attempts: which were judged, and which are to be given back."""

    def __init__(self, database: Database, clock: Clock, settings: ThrottleSettings) -> None:
        self._database = database
        self._clock = clock
        self._limits = (settings.free_failures, settings.longest_delay)
        self._judged: list[UUID] = []
        self._owed: list[UUID] = []
        self._paying: asyncio.Task[None] | None = None
        self._work = asyncio.Event()

    @asynccontextmanager
    async def trial(self) -> AsyncIterator[Trial]:
        """One attempt: charged in the block by `open_attempt`, and judged when the block ends.

        It was judged when the block ends well, is refused (a failure below 500), or has said `refused`. Everything else
        is an outage, a defect or the end of the process, and gives the charge back. Raises DatabaseUnavailable, and
        charges nothing, while what is owed cannot be given back.
        """
        await self.give_back()
        trial = Trial(new_id(self._clock()))
        try:
            yield trial
        except Failure as failure:
            self._end(trial, judged=failure.status < _SERVER_SIDE)
            raise
        except BaseException:
            self._end(trial, judged=False)
            raise
        self._end(trial, judged=True)

    async def give_back(self) -> None:
        """Give back what this process owes. Raises DatabaseUnavailable; what is owed is then still known."""
        if not self._owed and self._paying is None:
            return
        if self._paying is None:
            self._paying = asyncio.create_task(self._pay())
            self._paying.add_done_callback(_look_at)  # who waits for it may be gone
        await asyncio.shield(self._paying)

    async def settle(self) -> None:
        """Forget the open attempts that were judged. Raises DatabaseUnavailable."""
        judged, self._judged = self._judged, []
        if not judged:
            return
        try:
            async with self._database.connection() as connection:
                await queries.settle(connection, judged)
        except BaseException:
            self._judged += judged
            raise

    async def give_back_left(self) -> int:
        """Give back what was left by a process that is gone; how many. Raises DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await queries.give_back_left(connection, LEFT_AFTER, *self._limits)

    async def keep_account(self) -> None:
        """Settle and give back, within a second, until cancelled; an outage is logged and outlived."""
        loop = asyncio.get_running_loop()
        look_at = loop.time()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(look_at):
                    await self._work.wait()
            self._work.clear()
            try:
                await self.give_back()
                await self.settle()
                if loop.time() >= look_at:
                    look_at = loop.time() + _LOOK_EVERY
                    if count := await self.give_back_left():
                        _log.info("attempts_given_back", count=count)
            except Exception as outage:  # noqa: BLE001 -- whatever it was, the next second is another try
                _log.warning("attempts_not_accounted", cause=type(outage.__cause__ or outage).__name__)
                self._work.set()
            await asyncio.sleep(_PAUSE)

    def _end(self, trial: Trial, *, judged: bool) -> None:
        if trial.opened:
            (self._judged if judged or trial.refused else self._owed).append(trial.id)
            self._work.set()

    async def _pay(self) -> None:
        owed, self._owed = self._owed, []
        try:
            async with self._database.connection() as connection:
                await queries.give_back(connection, owed, *self._limits)
        except BaseException:
            self._owed += owed
            raise
        finally:
            self._paying = None


def _look_at(done: "asyncio.Task[None]") -> None:
    if not done.cancelled():
        done.exception()
