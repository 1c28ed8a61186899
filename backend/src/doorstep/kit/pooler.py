"""Whether a pooler in between lends each transaction another connection, so that prepared statements get lost."""

import asyncio
from typing import Final

import asyncpg

from doorstep.kit.connecting import Hosts
from doorstep.kit.entropy import random_bytes
from doorstep.kit.outages import POOLED
from doorstep.kit.startup import StartupRefused

_PATIENCE: Final = 2.0
_LOST: Final = (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)


def require_own_statements(dsn: str) -> None:
    """Pass unless prepared statements get lost on the way to the database. Raises StartupRefused, which says `POOLED`.

    `dsn` is a libpq URL. What cannot be told (a second connection is refused) passes: it is an outage, if it comes.
    """
    if asyncio.run(loses_statements(dsn)):
        raise StartupRefused(POOLED)


async def loses_statements(dsn: str) -> bool:
    """Whether a statement that was prepared on one connection is missed there, or found on another one.

    Where connections to the server are shared, the second one of ours gets that of the first, which was used last, or
    holds it in a transaction while the first asks for its statement.
    """
    hosts = Hosts(dsn)
    try:
        one = await hosts.connect(command_timeout=_PATIENCE)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError):
        return False
    try:
        other = await hosts.connect(command_timeout=_PATIENCE)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError):
        one.terminate()
        return False
    try:
        return await _shared(one, other)
    finally:
        one.terminate()
        other.terminate()


async def _shared(one: "asyncpg.Connection[asyncpg.Record]", other: "asyncpg.Connection[asyncpg.Record]") -> bool:
    name = f"doorstep_{random_bytes(6).hex()}"
    try:
        # Executed, too: asyncpg prepares without an end of the transaction, which a pooler waits for.
        prepared = await one.prepare("SELECT 1", name=name)
        await prepared.fetchval()
        await (await other.prepare("SELECT 2", name=name)).fetchval()
        async with other.transaction():
            await other.execute("SELECT 3")
            return bool(await prepared.fetchval() != 1)
    except _LOST:
        return True
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError):
        return False
