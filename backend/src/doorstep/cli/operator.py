"""The services as a command uses them: opened for one piece of work and closed again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from doorstep.assembly import Services, assemble
from doorstep.cli.preparation import Prepared
from doorstep.kit.database import Database


@asynccontextmanager
async def operator(ready: Prepared) -> AsyncIterator[Services]:
    """The services over the prepared database, with two connections of their own."""
    database = Database(ready.dsn, connections=2, statement_cache=ready.settings.database_statement_cache)
    services = assemble(ready.settings, database, ready.secret)
    await database.open()
    try:
        yield services
    finally:
        await database.close()
        services.close()
