"""A whole product under test: the services over a fresh database, and what a test most often asks of them."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from doorstep.assembly import Services, assemble
from doorstep.audit.models import Client
from doorstep.kit.database import Database
from doorstep.settings import Settings
from doorstep.users import service as users
from tests.builders import GOOD_PASSWORD, SECRET, HandClock

PHONE = Client("203.0.113.7", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605", "request-1")


@dataclass(frozen=True)
class World:
    """Services, their clock and their database."""

    services: Services
    clock: HandClock
    database: Database

    async def user(self, email: str = "ada@example.org", password: str = GOOD_PASSWORD) -> UUID:
        """A registered user with a verified address, signed in nowhere."""
        user_id = await self.unverified(email, password)
        async with self.database.transaction() as tx:
            await users.mark_verified(tx, user_id, email, self.clock.now)
        return user_id

    async def unverified(self, email: str = "ada@example.org", password: str = GOOD_PASSWORD) -> UUID:
        """The same before mail to the address is known to arrive."""
        return await self.services.sign_up.create(email, password, PHONE)

    async def ready_connections(self, count: int = 8) -> None:
        """Open that many connections of the pool, so that what is started at once really runs at once."""
        together = asyncio.Barrier(count)

        async def hold_one() -> None:
            async with self.database.connection():
                await together.wait()

        await asyncio.gather(*(hold_one() for _ in range(count)))

    async def later(self, by: timedelta) -> None:
        """Time goes on, and the keys are looked after as they are every minute."""
        self.clock.now += by
        await self.services.ring.load()

    async def live_sessions(self) -> int:
        """How many sessions may still act, whoever they are of."""
        statement = """
            SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id AND u.session_epoch = s.epoch
            WHERE s.revoked_at IS NULL AND s.idle_expires_at > $1 AND s.expires_at > $1 AND u.status = 'active'
        """
        async with self.database.connection() as connection:
            return int(await connection.fetchval(statement, self.clock.now))

    async def events(self, *kinds: str) -> list[tuple[str, str]]:
        """Kind and outcome of the events so far, oldest first; only of `kinds` where any is given."""
        async with self.database.connection() as connection:
            rows = await connection.fetch("SELECT kind, outcome FROM audit_events ORDER BY occurred_at, id")
        return [(row["kind"], row["outcome"]) for row in rows if not kinds or row["kind"] in kinds]

    async def scalar(self, statement: str, *arguments: object) -> object:
        """One value straight from the database."""
        async with self.database.connection() as connection:
            return await connection.fetchval(statement, *arguments)


async def world_over(database: Database, clock: HandClock, settings: Settings) -> World:
    """The world over an open database."""
    services = assemble(settings, database, SECRET.encode(), clock)
    await services.ring.load()
    return World(services, clock, database)
