"""`doorstep events`: the audit trail, once or as it grows."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Annotated
from uuid import UUID

import typer

from doorstep.assembly import Services
from doorstep.audit.models import Event
from doorstep.cli.configuration import read_settings
from doorstep.cli.event_feed import EventFeed
from doorstep.cli.event_output import EventTable, print_json
from doorstep.cli.operator import operator
from doorstep.cli.preparation import Prepared, prepared
from doorstep.cli.since import moment_of
from doorstep.cli.stopping import SIGNALS, until_stopped
from doorstep.kit.clock import utc_now
from doorstep.kit.database import DatabaseUnavailable
from doorstep.users.failures import UserUnknown

_PAUSE = 1.0  # seconds between two looks

Show = Callable[[Sequence[Event]], Awaitable[None]]


def events(
    *,
    user: Annotated[str | None, typer.Option(help="Only events of the user with this e-mail.", metavar="EMAIL")] = None,
    since: Annotated[
        str, typer.Option(help="How long ago (45s, 30m, 2h, 7d), or from which day or moment on (UTC).", metavar="WHEN")
    ] = "24h",
    follow: Annotated[bool, typer.Option("--follow", help="Go on with new events until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of a table.")] = False,
) -> None:
    """Show the audit trail, oldest event first."""
    moment_of(since, utc_now())  # refused before a database is looked for
    stopping: AbstractContextManager[None] = until_stopped() if follow else nullcontext()
    with stopping, prepared(read_settings()) as ready:
        asyncio.run(_print(ready, user, since, as_json=as_json, follow=follow))


async def _print(ready: Prepared, email: str | None, since: str, *, as_json: bool, follow: bool) -> None:
    async with operator(ready) as services:
        if follow:
            await services.database_clock.agreed()
        start = moment_of(since, await services.trail.database_time())
        feed = EventFeed(services.trail, await _id_of(services, email), start)
        show = print_json if as_json else EventTable(services.users.emails).add
        await show([])
        async for batch in feed.fresh():
            await show(batch)
        if follow:
            await _follow(feed, show)


async def _id_of(services: Services, email: str | None) -> UUID | None:
    if email is None:
        return None
    user = await services.users.find_by_email(email)
    if user is None:
        raise UserUnknown
    return user.id


async def _follow(feed: EventFeed, show: Show) -> None:
    """Show what is new until somebody asks to stop; a database that is away for a while is waited for."""
    stop = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set():
        with suppress(DatabaseUnavailable):
            async for batch in feed.fresh():
                await show(batch)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _PAUSE)
