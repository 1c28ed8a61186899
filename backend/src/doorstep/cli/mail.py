"""`doorstep mail`: the mails that wait, and those that were given up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from doorstep.assembly import Services
from doorstep.cli.operator import ask
from doorstep.cli.printing import console
from doorstep.mail.models import Status
from doorstep.users.failures import UserUnknown

mail = typer.Typer(help="Mails to users: what waits, and what was given up.", no_args_is_help=True)


@mail.command("list")
def list_mails(
    *,
    user: Annotated[str | None, typer.Option(help="Only mails to the user with this e-mail.", metavar="EMAIL")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that were sent, too.")] = False,
) -> None:
    """Show the mails that were not sent, newest first and at most 200, with the reason; never what they say."""

    async def listed(services: Services) -> tuple[Status, ...]:
        if user is None:
            return await services.outbox.statuses(sent_too=everything)
        found = await services.users.find_by_email(user)
        if found is None:
            raise UserUnknown
        return await services.outbox.statuses(sent_too=everything, user_id=found.id, email=found.email)

    found = ask(listed)
    if not found:
        typer.echo("There is no mail." if everything else "No mail is waiting.")
        return
    console().print(_table(found))


@mail.command("retry")
def retry(
    mail_id: Annotated[
        UUID | None, typer.Argument(help="The mail's id, as `doorstep mail list` shows it.", metavar="ID")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every mail that was not sent.")] = False,
) -> None:
    """Send again what was not sent, as soon as a server process looks (each second), given up or not."""
    if (mail_id is None) != everything:
        raise typer.BadParameter("give the id of one mail, or --all")
    count = ask(lambda services: services.outbox.retry(mail_id))
    if mail_id is not None and count == 0:
        typer.echo("No such mail is waiting: it was sent, or is being sent.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{count} {'mail is' if count == 1 else 'mails are'} tried again.")


def _table(found: Sequence[Status]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "kind", "to", "state", "tries"):
        table.add_column(name, no_wrap=True)
    for name in ("written (UTC)", "next try", "reason"):
        table.add_column(name, min_width=10)
    for each in found:
        waits = each.sent_at is None and each.dead_at is None
        table.add_row(
            Text(str(each.id)),
            Text(each.kind),
            Text(each.recipient),
            _state(each),
            str(each.attempts),
            _moment(each.created_at),
            _moment(each.due_at) if waits else "",
            Text(each.last_error or ""),
        )
    return table


def _state(status: Status) -> Text:
    if status.sent_at is not None:
        return Text("sent", style="dim")
    return Text("given up", style="bold red") if status.dead_at is not None else Text("waits", style="yellow")


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
