"""The application: joins services, routes and the web layer. Nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import FastAPI

from doorstep.api import (
    account,
    auth,
    challenges,
    events,
    factors,
    leaving,
    passkey_entry,
    passkeys,
    passwords,
    plans,
    profile,
    recovery,
    sessions,
    subscriptions,
    users,
    well_known,
)
from doorstep.api.openapi import Api
from doorstep.assembly import Services, assemble
from doorstep.kit import revision
from doorstep.kit.clock import Clock, utc_now
from doorstep.kit.database import Database, DatabaseUnavailable
from doorstep.kit.departure import Departure
from doorstep.kit.secret import MIRROR, Secrets
from doorstep.settings import Settings
from doorstep.web import stack
from doorstep.web.health import Check

# Routes are tried in this order: what every page asks for comes first.
ROUTERS = (
    users.router,
    auth.router,
    auth.cookie_router,
    challenges.router,
    events.router,
    sessions.router,
    subscriptions.reading_router,
    subscriptions.router,
    plans.router,
    passwords.router,
    well_known.router,
    recovery.router,
    account.router,
    profile.router,
    leaving.router,
    passkeys.router,
    passkey_entry.router,
    factors.router,
)


def create_app(
    settings: Settings, dsn: str, secret: bytes, clock: Clock = utc_now, *, former: tuple[bytes, ...] = ()
) -> FastAPI:
    """The application over the database at `dsn` (a libpq URL).

    `secret` is the master secret, `former` are those before it that are believed still.

    Nothing is opened before the server starts the lifespan, so the OpenAPI can be had without a database.
    """
    database = Database(
        dsn, connections=settings.database_connections, statement_cache=settings.database_statement_cache
    )
    services = assemble(settings, database, secret, clock, former=former)
    departure = Departure(settings.stop_notice.total_seconds())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await database.open()
        with suppress(DatabaseUnavailable):  # it may come later; `/readyz` says so until then
            await services.ring.load()
        chores = (
            asyncio.create_task(services.ring.keep_fresh(), name="signing keys"),
            asyncio.create_task(services.upkeep.keep_clean(), name="upkeep"),
            asyncio.create_task(services.outbox.keep_sending(), name="outbox"),
            asyncio.create_task(services.recovery.keep_answering(), name="recovery"),
            asyncio.create_task(services.attempts.keep_account(), name="attempts"),
        )
        try:
            with departure.announced():
                yield
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.wait(chores)  # raises nothing: how one of them ended keeps nothing else open
            with suppress(DatabaseUnavailable):
                await services.attempts.settle()
            await database.close()
            services.close()

    return join(settings, services, secret, lifespan, departure, former=former)


def join(
    settings: Settings,
    services: Services,
    secret: bytes,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    departure: Departure | None = None,
    *,
    former: tuple[bytes, ...] = (),
) -> FastAPI:
    """Routes and web layer over these services.

    Without a lifespan the caller opens and closes them, and no worker runs.
    """
    app = Api(
        title="Doorstep",
        version="1",
        description="Sign up, log in, stay logged in safely, see and manage the subscription.",
        lifespan=lifespan,
        openapi_url="/api/openapi.json" if settings.api_docs else None,
        docs_url=None,
        redoc_url=None,
        # Its log of refused bodies would hold what was refused; the environment alone could switch it on.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.services = services
    for router in ROUTERS:  # one list: FastAPI asks each included router twice for every request
        app.router.routes.extend(router.routes)
    secrets = Secrets(secret, former)
    departure = departure or Departure(0)
    stack.install(
        app,
        settings,
        {**readiness(services), "running": departure.require_staying},
        mirror=secrets.key(MIRROR),
        former_mirrors=secrets.former_keys(MIRROR),
        departure=departure,
    )
    return app


def readiness(services: Services) -> Mapping[str, Check]:
    """What must hold before requests are sent here: the database takes writes, suits us, and there is a signing key."""
    newest = revision.newest_revision()

    async def migrations() -> None:
        async with services.database.connection() as connection:
            found = await revision.revision_of(connection)
        if found.revision is None or found.revision < newest:
            raise RuntimeError(
                f"the database is at revision {found.revision}, this copy needs {newest}: run `doorstep db upgrade`"
            )
        if not found.suits(newest):
            raise RuntimeError(
                f"the database is at revision {found.revision}, which is for servers that need {found.suits_from} or "
                f"newer, and this copy needs {newest}: start a newer Doorstep"
            )

    async def keys() -> None:
        if not services.ring.loaded:
            raise RuntimeError("no signing key is loaded yet")

    return {"database": services.database.require_writable, "migrations": migrations, "keys": keys}
