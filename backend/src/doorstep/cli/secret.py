"""`doorstep secret`: changing the master secret while the servers run."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from doorstep.cli.configuration import read_settings
from doorstep.cli.operator import ask, operator
from doorstep.cli.preparation import Prepared, prepared
from doorstep.cli.printing import console
from doorstep.cli.stopping import SIGNALS
from doorstep.cli.who import acting
from doorstep.secret_change.models import Part, Rotated, Standing

_STOPPED = 1

secret = typer.Typer(help="The master secret, and what lies sealed under it.", no_args_is_help=True)


@secret.command("status")
def status() -> None:
    """Show what opens with today's secret, what with one before it, and what with none."""
    standing = ask(lambda services: services.secret_change.standing())
    console().print(_table(standing))
    for line in _former(standing):
        typer.echo(line)


@secret.command("rotate")
def rotate(
    *,
    leaked: Annotated[
        bool, typer.Option("--leaked", help="Also withdraw the signing keys from before and make new ones.")
    ] = False,
    lost: Annotated[
        bool, typer.Option("--lost", help="The one before is not to be had: withdraw signing keys that nothing opens.")
    ] = False,
) -> None:
    """Seal with DOORSTEP_SECRET what lies under a secret of DOORSTEP_SECRET_FALLBACKS. The servers go on meanwhile.

    Run it once every server was started with both. Interrupted, the same command goes on. Exit code 1: it was stopped
    before the end.
    """
    with prepared(read_settings()) as ready:
        rotated, standing = asyncio.run(_rotate(ready, leaked=leaked, lost=lost))
    done = ", ".join(f"{count} {part}" for part, count in rotated.sealed_anew.items())
    typer.echo(f"Sealed anew: {done}.")
    for kid in rotated.withdrawn:
        typer.echo(f"{kid} is withdrawn; its tokens are refused within seconds.")
    if not rotated.finished:
        typer.echo("Stopped. Run the same command again to go on.", err=True)
        raise typer.Exit(_STOPPED)
    for line in (*_unreadable(standing), *_former(standing)):
        typer.echo(line)


async def _rotate(ready: Prepared, *, leaked: bool, lost: bool) -> tuple[Rotated, Standing]:
    stop = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    shown = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=shown, disable=not shown.is_terminal, transient=True) as bar:
        tasks: dict[Part, TaskID] = {
            part: bar.add_task(part, total=None) for part in Part if part is not Part.SIGNING_KEYS
        }

        told: dict[Part, int] = {}

        def watch(part: Part, looked: int, total: int) -> bool:
            bar.update(tasks[part], completed=looked, total=total)
            tenth = looked * 10 // total
            if not shown.is_terminal and told.get(part) != tenth:
                told[part] = tenth
                typer.echo(f"{part}: {looked} of {total}", err=True)
            return not stop.is_set()

        async with operator(ready) as services:
            rotated = await services.secret_change.rotate(acting(), watch, leaked=leaked, lost=lost)
            return rotated, await services.secret_change.standing()


def _table(standing: Standing) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("what", no_wrap=True)
    for name in ("today's secret", "one before", "none"):
        table.add_column(name, justify="right")
    for part, counts in standing.parts.items():
        lost = Text(str(counts.unreadable), style="bold red" if counts.unreadable else "")
        table.add_row(Text(part), Text(str(counts.current)), Text(str(counts.former)), lost)
    return table


def _unreadable(standing: Standing) -> list[str]:
    lost = [f"{counts.unreadable} {part}" for part, counts in standing.parts.items() if counts.unreadable]
    if not lost:
        return []
    mend = (
        "Put the one they were sealed with into DOORSTEP_SECRET_FALLBACKS and run this again; "
        "if it is lost, see «A lost secret» in docs/operating.md."
    )
    return [f"None of the secrets opens {', '.join(lost)}. {mend}"]


def _former(standing: Standing) -> list[str]:
    if standing.is_under_way:
        return ["Run `doorstep secret rotate` once every server was started with both secrets."]
    sessions = max((each.sessions for each in standing.former), default=0)
    if not standing.former:
        return []
    if sessions == 0:
        return ["Nothing needs a secret before today's: take it out of the settings."]
    used = f"{sessions} sessions were not used since, and would have to log in again."
    return [f"If the secret before today's leaked, take it out of the settings now. Otherwise leave it a while: {used}"]
