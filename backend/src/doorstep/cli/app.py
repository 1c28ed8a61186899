"""The command line: `doorstep serve` and the operator's commands. Each reads the settings and calls one service."""

import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from doorstep.assembly import Services
from doorstep.cli import reference, server
from doorstep.cli.configuration import read_settings
from doorstep.cli.doctor import doctor
from doorstep.cli.events import events
from doorstep.cli.grants import grants
from doorstep.cli.imports import import_users
from doorstep.cli.keys import keys
from doorstep.cli.leaving import delete, export, keep
from doorstep.cli.mail import mail
from doorstep.cli.operator import ask
from doorstep.cli.preparation import database, upgrade
from doorstep.cli.secret import secret
from doorstep.cli.who import acting
from doorstep.failure import Failure
from doorstep.kit.database_check import look
from doorstep.kit.revision import newest_revision
from doorstep.kit.startup import StartupRefused

_REFUSED = 1
_NOT_STARTED = 2

app = typer.Typer(
    name="doorstep",
    help="The front door of a subscription product. Settings are DOORSTEP_* variables: see `doorstep settings`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="The tables of the database.", no_args_is_help=True)
users = typer.Typer(help="Users: who may log in.", no_args_is_help=True)
subscriptions = typer.Typer(help="Subscriptions that the operator grants.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(users, name="users")
app.add_typer(subscriptions, name="subscriptions")
app.add_typer(keys, name="keys")
app.add_typer(mail, name="mail")
app.add_typer(secret, name="secret")
app.command("events")(events)
users.command("import")(import_users)
app.command("doctor")(doctor)
db.command("grants")(grants)
users.command("export")(export)
users.command("delete")(delete)
users.command("keep")(keep)

Email = Annotated[str, typer.Argument(help="The user's e-mail address.", metavar="EMAIL")]


def main() -> None:
    """Run the command. A refusal is one sentence on standard error: exit code 2 when nothing started, else 1."""
    try:
        app()
    except StartupRefused as refusal:
        _leave(refusal.sentence, _NOT_STARTED)
    except Failure as failure:
        _leave(_sentences(failure), _REFUSED)


def _leave(words: str, code: int) -> NoReturn:
    typer.echo(words, err=True)
    sys.exit(code)


def _sentences(failure: Failure) -> str:
    reasons = [error.message for error in failure.errors] or [failure.detail or failure.title]
    return "\n".join(dict.fromkeys(reasons))


def _with_services(work: Callable[[Services], Awaitable[str]]) -> None:
    """Do one piece of work on the database that the settings name, and print what came of it."""
    typer.echo(ask(work))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the embedded database lives.")] = None,
    database_url: Annotated[str | None, typer.Option(help="A PostgreSQL 15 or later instead.")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes.")] = None,
    public_url: Annotated[str | None, typer.Option(help="Address people type, such as https://example.org.")] = None,
) -> None:
    """Serve the site and the API. Each option is also a variable: --port is DOORSTEP_PORT."""
    options = {
        "host": host,
        "port": port,
        "data_dir": data_dir,
        "database_url": database_url,
        "workers": workers,
        "public_url": public_url,
    }
    server.serve(read_settings(options))


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables up to this Doorstep."""
    with database(read_settings()) as dsn:
        look(dsn)
        upgrade(dsn)
        typer.echo(f"The database is at revision {newest_revision()}.")


@db.command("status")
def db_status() -> None:
    """Tell whether the tables are up to date; exit code 1 when they are not."""
    with database(read_settings()) as dsn:
        found = look(dsn)
    typer.echo(f"The database is at revision {found.revision or 'none'}; this Doorstep needs {newest_revision()}.")
    if not found.suits(newest_revision()):
        raise typer.Exit(_REFUSED)


@db.command("purge")
def db_purge() -> None:
    """Delete what is past its time, as the server does by itself every ten minutes."""

    async def purge(services: Services) -> str:
        deleted = await services.upkeep.purge()
        return "Deleted " + ", ".join(f"{count} of {table}" for table, count in deleted.items()) + "."

    _with_services(purge)


@users.command("create")
def users_create(
    email: Email,
    *,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
) -> None:
    """Add a user. The password is asked for, or read with --password-stdin; it is never an argument."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)

    async def create(services: Services) -> str:
        user_id = await services.sign_up.create(email, password, acting())
        return f"Created user {user_id}."

    _with_services(create)


@users.command("disable")
def users_disable(email: Email) -> None:
    """Refuse a user from the next request on."""

    async def disable(services: Services) -> str:
        changed = await services.users.disable(email, acting())
        return f"{email} is disabled." if changed else f"{email} was disabled already."

    _with_services(disable)


@users.command("enable")
def users_enable(email: Email) -> None:
    """Let a disabled user in again."""

    async def enable(services: Services) -> str:
        changed = await services.users.enable(email, acting())
        return f"{email} is enabled." if changed else f"{email} was not disabled."

    _with_services(enable)


@users.command("unlock")
def users_unlock(email: Email) -> None:
    """Forget the wrong passwords that were tried for a user, so that every browser may log in again."""

    async def unlock(services: Services) -> str:
        await services.throttle.unlock(email, acting())
        return f"{email} may log in again."

    _with_services(unlock)


@users.command("sign-out")
def users_sign_out(
    email: Annotated[str | None, typer.Argument(help="The user's e-mail address.", metavar="EMAIL")] = None,
    *,
    everybody: Annotated[bool, typer.Option("--everybody", help="All users instead of one.")] = False,
) -> None:
    """End every session of a user, or of everybody. Who has the password may log in again at once."""
    if (email is None) is not everybody:
        raise typer.BadParameter("name one user, or say --everybody")

    async def sign_out(services: Services) -> str:
        if email is None:
            return f"Users signed out: {await services.sessions.sign_everybody_out(acting())}."
        return f"Sessions of {email} ended: {await services.sessions.sign_out(email, acting())}."

    _with_services(sign_out)


@users.command("clashes")
def users_clashes() -> None:
    """List users who share a mailbox with another user: two spellings of their domain had been two domains.

    Each of them gets in: one by any spelling of the address, the other by its own. Ask at the mailbox which account is
    used, and delete the other one.
    """

    async def clashes(services: Services) -> str:
        found = await services.addresses.clashes()
        lines = [
            f"{each.found_by_spelling.email} ({each.found_by_spelling.id}) is found by this spelling only: "
            f"{each.found_by_key.email} ({each.found_by_key.id}) is on the same mailbox."
            for each in found
        ]
        return "\n".join(lines) or "No two users share a mailbox."

    _with_services(clashes)


@users.command("reset-factors")
def users_reset_factors(email: Email) -> None:
    """Turn two-step log-in off for a user who lost the app and the recovery codes. Make sure that it is them.

    Ends every session and tells the user by mail. The password stays as it is.
    """

    async def reset(services: Services) -> str:
        changed = await services.second_factors.reset(email, acting())
        return f"{email} logs in with the password only." if changed else f"{email} has no second factor."

    _with_services(reset)


@subscriptions.command("grant")
def subscriptions_grant(
    email: Email,
    plan: Annotated[
        str | None, typer.Option(help="Code of the plan; the first one if left out.", metavar="CODE")
    ] = None,
) -> None:
    """Give a user a subscription."""

    async def grant(services: Services) -> str:
        code = plan or services.settings.plans[0].code
        await services.subscriptions.grant(email, code, acting())
        return f"{email} is subscribed to {code}."

    _with_services(grant)


@app.command("settings")
def print_settings() -> None:
    """Print every setting, as in docs/reference/settings.md."""
    typer.echo(reference.settings_page(), nl=False)


@app.command("problems")
def print_problems() -> None:
    """Print every problem code, as in docs/reference/problems.md."""
    typer.echo(reference.problems_page(), nl=False)


@app.command("commands")
def print_commands() -> None:
    """Print every command, as in docs/reference/cli.md."""
    typer.echo(reference.commands_page(app), nl=False)


@app.command("openapi")
def print_openapi() -> None:
    """Print the OpenAPI document of the HTTP API, as in docs/reference/openapi.json."""
    typer.echo(reference.openapi_document())


@app.command("version")
def print_version() -> None:
    """Print the version."""
    typer.echo(installed_version("doorstep"))
