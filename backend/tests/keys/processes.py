"""A server process as far as keys go: a pool, a key ring and access tokens of its own, over the database of all."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from doorstep.keys.ring import KeyRing
from doorstep.keys.service import SigningKeys
from doorstep.kit.clock import Clock
from doorstep.kit.database import Database
from doorstep.kit.sealing import Sealer
from doorstep.sessions.access_tokens import AccessTokens
from doorstep.sessions.failures import Unauthenticated
from doorstep.settings import TokenSettings

ISSUER = "https://door.example.org"
SEALED_WITH = b"k" * 32
_sessions = count(1)


class Seconds:
    """The clock that only goes forward, and further ahead by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@dataclass(frozen=True)
class Process:
    database: Database
    clock: Clock
    seconds: Seconds
    keys: SigningKeys
    ring: KeyRing
    tokens: AccessTokens

    def sign(self) -> str:
        now: datetime = self.clock()
        session = UUID(int=next(_sessions))
        return self.tokens.sign(user_id=UUID(int=1), session_id=session, authenticated_at=now, amr=("pwd",))

    async def believes(self, token: str) -> bool:
        try:
            await self.tokens.verify(token)
        except Unauthenticated:
            return False
        return True


def process_over(
    database: Database, clock: Clock, *, secret: bytes = SEALED_WITH, kind: type[SigningKeys] = SigningKeys
) -> Process:
    """A process that has not loaded anything yet."""
    chosen = TokenSettings()
    keys = kind(database, clock, Sealer(secret), chosen)
    seconds = Seconds()
    ring = KeyRing(keys, clock, chosen, seconds)
    return Process(database, clock, seconds, keys, ring, AccessTokens(ring, clock, chosen, ISSUER))


@asynccontextmanager
async def processes(dsn: str, clock: Clock, many: int) -> AsyncIterator[list[Process]]:
    """That many processes, each with connections of its own, all loaded."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(many):
            database = Database(dsn, connections=4)
            await database.open()
            stack.push_async_callback(database.close)
            made.append(process_over(database, clock))
        for process in made:
            await process.ring.load()
        yield made
