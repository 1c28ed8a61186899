"""Upkeep: deletes what is past its time, so that no table grows without bound. It runs by itself in each process."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from secrets import SystemRandom

import structlog

from doorstep.addresses.service import Addresses
from doorstep.failure import Failure
from doorstep.kit.database import Database
from doorstep.kit.database_clock import DatabaseClock
from doorstep.leaving.service import Leaving
from doorstep.second_factors.removal import AuthenticatorRemoval
from doorstep.settings import Settings
from doorstep.upkeep import policy, queries

_log = structlog.get_logger(__name__)


class Upkeep:
    """Purges, with the retention that the settings ask for, about `every` so often when it runs by itself."""

    def __init__(
        self,
        database: Database,
        clock: DatabaseClock,
        settings: Settings,
        leaving: Leaving,
        removal: AuthenticatorRemoval,
        addresses: Addresses,
        every: timedelta = policy.EVERY,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._leaving = leaving
        self._removal = removal
        self._addresses = addresses
        self._every = every
        self._random = SystemRandom()

    async def purge(self) -> Mapping[str, int]:
        """Delete everything that is due, and tell how many rows of which table.

        What is due is decided by the database's time. Each batch is a short transaction of its own. Where another
        process is at it, this one leaves it the rest. Raises DatabaseUnavailable, ClocksDiffer.
        """
        throttle = self._settings.throttle
        until = policy.horizons(
            await self._clock.agreed(),
            forget_after=throttle.forget_after,
            network_window=throttle.network_window,
            lock_after=throttle.lock_after,
            audit_retention=self._settings.audit_retention,
        )
        deleted = {"users": await self._leaving.erase_due(), "authenticators": await self._removal.remove_due()}
        return deleted | {
            table: await self._purge_table(statement, arguments)
            for table, (statement, arguments) in queries.purges(until).items()
        }

    async def keep_clean(self) -> None:
        """Purge again and again until cancelled; an outage is logged and outlived."""
        while True:
            await asyncio.sleep(policy.pause(self._every, self._random.random()).total_seconds())
            try:
                deleted = await self.purge()
                await self._addresses.settle()  # of users whom a server of the version before has added meanwhile
            except Exception as failure:  # noqa: BLE001 -- whatever it was, the next purge is to come
                # A message of PostgreSQL's could quote a row.
                cause = str(failure) if isinstance(failure, Failure) else type(failure).__name__
                _log.warning("purge_failed", cause=cause)
            else:
                _log.info("purged", **deleted)

    async def _purge_table(self, statement: str, arguments: tuple[object, ...]) -> int:
        deleted = 0
        while True:
            async with self._database.transaction() as tx:
                if not await queries.is_our_turn(tx):
                    return deleted
                batch = await queries.delete_batch(tx, statement, arguments)
            deleted += batch
            if batch < queries.BATCH:
                return deleted
