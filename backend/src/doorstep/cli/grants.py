"""`doorstep db grants`: the rights of a role that serves and owns nothing."""

import asyncio
from typing import Annotated

import typer

from doorstep.cli.configuration import read_settings
from doorstep.cli.preparation import database
from doorstep.kit import grants as rights
from doorstep.kit.database_check import look
from doorstep.kit.startup import StartupRefused


def grants(
    role: Annotated[str, typer.Argument(help="The role that Doorstep is to serve as.", metavar="ROLE")],
) -> None:
    """Print what a role needs that serves and owns nothing, as SQL for the owner of the tables.

    Changes nothing. Run it after `doorstep db upgrade`, and what it prints by psql.
    """
    settings = read_settings()
    if settings.embedded:
        raise StartupRefused("The embedded database has one role: set DOORSTEP_DATABASE_URL for another database.")
    with database(settings) as dsn:
        if look(dsn).revision is None:
            raise StartupRefused("The database has no tables yet: run `doorstep db upgrade`.")
        typer.echo("\n".join(rights.grants(role, asyncio.run(rights.place_of(dsn)))))
