"""The services as a command uses them: opened for one piece of work and closed again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import typer

from doorstep.assembly import Services, assemble
from doorstep.cli.configuration import read_settings
from doorstep.cli.preparation import Prepared, prepared
from doorstep.kit.database import Database, DatabaseUnavailable

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
        await settle_addresses(services)
        yield services
    finally:
        await database.close()
        services.close()


async def settle_addresses(services: Services) -> None:
    """Renew what a version before this one had compared otherwise; one look where there is nothing of that."""
    with suppress(DatabaseUnavailable):  # the server itself waits for a database that comes back
        if await services.addresses.settle() and await services.addresses.clashes():
            typer.echo("Some users share a mailbox with another user: `doorstep users clashes` lists them.", err=True)


def ask(work: Callable[[Services], Awaitable[T]]) -> T:
    """What comes of one piece of work on the database that the settings name. Raises StartupRefused."""

    async def done() -> T:
        async with operator(ready) as services:
            return await work(services)

    with prepared(read_settings()) as ready:
        return asyncio.run(done())
