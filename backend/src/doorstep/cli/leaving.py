"""`doorstep users export|delete|keep`: for those who cannot, or do not want to, do it themselves."""

from typing import Annotated

import typer

from doorstep.assembly import Services
from doorstep.cli.operator import ask
from doorstep.cli.who import acting

Email = Annotated[str, typer.Argument(help="The user's e-mail address.", metavar="EMAIL")]


def delete(
    email: Email,
    *,
    now: Annotated[bool, typer.Option("--now", help="Erase at once: nothing brings the account back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a user with everything about them, in seven days; until then they can keep the account."""
    if not yes:
        question = f"Erase {email} at once, for good?" if now else f"Delete {email} in seven days?"
        typer.confirm(question, abort=True)
    if now:
        ask(lambda services: services.leaving.erase_now(email, acting()))
        typer.echo(f"{email} is erased.")
        return
    due_at = ask(lambda services: services.leaving.ask_for(email, acting()))
    typer.echo(f"{email} is signed out, and erased on {due_at:%Y-%m-%d at %H:%M} UTC.")


def keep(email: Email) -> None:
    """Take a deletion back while its grace lasts."""
    kept = ask(lambda services: services.leaving.keep_for(email, acting()))
    typer.echo(f"{email} is kept." if kept else f"Nobody wanted {email} gone.")


def export(email: Email) -> None:
    """Print everything held about a user, as JSON and without secrets. They are told by mail."""

    async def printed(services: Services) -> None:
        async for piece in await services.export.ask_for(email, acting()):
            typer.echo(piece, nl=False)

    ask(printed)
