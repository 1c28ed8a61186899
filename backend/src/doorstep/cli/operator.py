"""The services as a command uses them: opened for one piece of work and closed again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from doorstep.assembly import Services, assemble
from doorstep.cli.configuration import read_settings
from doorstep.cli.preparation import Prepared, prepared
from doorstep.kit.database import Database

T = TypeVar("T")


@asynccontextmanager
async def operator(ready: Prepared) -> AsyncIterator[Services]:
    """The services over the prepared database, with two connections of their own."""
    # An operator asks few times, and of many rows or few.
    database = Database(
        ready.dsn, connections=2, statement_cache=ready.settings.database_statement_cache, plan_once=False
    )
    services = assemble(ready.settings, database, ready.secret, former=ready.former)
    await database.open()
    try:
        yield services
    finally:
        await database.close()
        services.close()


def ask(work: Callable[[Services], Awaitable[T]]) -> T:
    """What comes of one piece of work on the database that the settings name. Raises StartupRefused."""

    async def done() -> T:
        async with operator(ready) as services:
            return await work(services)

    with prepared(read_settings()) as ready:
        return asyncio.run(done())
