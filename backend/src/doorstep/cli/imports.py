"""`doorstep users import`: users of another system, with the passwords they know."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from doorstep.cli.configuration import read_settings
from doorstep.cli.import_report import ImportReport
from doorstep.cli.import_trial import known_password, try_one
from doorstep.cli.operator import operator
from doorstep.cli.preparation import Prepared, prepared
from doorstep.cli.stopping import SIGNALS
from doorstep.cli.who import acting
from doorstep.imports.hashes import Hashes
from doorstep.imports.models import Progress
from doorstep.imports.source import Format, Source, opened
from doorstep.kit.firebase_scrypt import FirebaseProject
from doorstep.kit.hash_formats import HashFormats
from doorstep.kit.startup import StartupRefused

_SOME_REFUSED = 1
_LONGEST_CONFIG = 65_536


class FileFormat(StrEnum):
    """What a file can be."""

    CSV = "csv"
    JSONL = "jsonl"


def import_users(
    file: Annotated[Path, typer.Argument(help="The file, .csv or .jsonl: docs/importing.md.", metavar="FILE")],
    *,
    form: Annotated[
        FileFormat | None, typer.Option("--format", help="What FILE is, where its name does not say it.")
    ] = None,
    firebase_config: Annotated[
        Path | None,
        typer.Option(help="The password hash parameters of a Firebase project, as JSON.", metavar="FILE"),
    ] = None,
    try_email: Annotated[
        str | None,
        typer.Option(
            "--try",
            help="Import nobody: say whether the user of this e-mail would log in with a password that you know.",
            metavar="EMAIL",
        ),
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="With --try: read the password from standard input.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every line and add nobody.")] = False,
    refused: Annotated[
        Path | None, typer.Option(help="Where to write which lines were not imported, and why.", metavar="FILE")
    ] = None,
) -> None:
    """Add the users of another system, who then log in with the passwords they have.

    A line that is wrong is told and passed over, and so is a user who is there already. Interrupted, the same command
    goes on where it stopped. Exit code 1: some lines were refused, or it was stopped before the end.
    """
    settings = read_settings()
    project = None if firebase_config is None else _project(firebase_config)
    chosen = cast("Format | None", form and form.value)
    if try_email is not None:
        password = known_password(from_stdin=password_stdin)
        with opened(file, chosen) as source:
            try_one(source, try_email, password, Hashes(HashFormats(settings.passwords), project, wraps=True))
        return
    console = Console(stderr=True)
    with (
        opened(file, chosen) as source,
        ImportReport(refused, file, console) as report,
        prepared(settings) as ready,
    ):
        progress = asyncio.run(_import(ready, source, project, report, console, dry_run=dry_run))
    _conclude(progress, report, dry_run=dry_run)


async def _import(
    ready: Prepared,
    source: Source,
    project: FirebaseProject | None,
    report: ImportReport,
    console: Console,
    *,
    dry_run: bool,
) -> Progress:
    stop = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with operator(ready) as services:
        if dry_run:
            if await services.imports.under_way(source):
                report.require_empty()
            report.go_on_behind(0)
            with _bar(console, "Checking", source.size, 0) as bar:
                return await services.imports.rehearse(
                    source, project, tell=report.tell, watch=lambda progress: _advance(bar, progress, stop)
                )
        progress = await services.imports.begin(source)
        if progress.lines:
            typer.echo(f"Going on behind line {progress.lines}, where the import of this file stopped.", err=True)
        report.go_on_behind(progress.lines)
        with _bar(console, "Importing", source.size, progress.offset) as bar:
            await services.imports.run(
                source,
                progress,
                project,
                client=acting(),
                tell=report.tell,
                watch=lambda progress: _advance(bar, progress, stop),
            )
        return progress


def _advance(bar: Bar, progress: Progress, stop: asyncio.Event) -> bool:
    bar.update(bar.task_ids[0], completed=progress.offset)
    return not stop.is_set()


@contextmanager
def _bar(console: Console, words: str, size: int, done: int) -> Iterator[Bar]:
    """A bar on a terminal; nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        bar.add_task(words, total=size, completed=done)
        yield bar


def _conclude(progress: Progress, report: ImportReport, *, dry_run: bool) -> None:
    verb = "Would import" if dry_run else "Imported"
    without = f", {progress.without_password} of them without a password" if progress.without_password else ""
    typer.echo(
        f"{verb} {_count(progress.added, 'user')}{without}. "
        f"{_count(progress.duplicates, 'line')} of users who were there already, {progress.refused} refused."
    )
    for refusal, count in progress.not_imported.most_common():
        typer.echo(f"  {count} x {refusal.reason}: {refusal.sentence}")
    if progress.duplicates + progress.refused:
        typer.echo(report.where())
    if not progress.finished:
        told = "Nothing was written." if dry_run else "Run the same command again to go on there."
        typer.echo(f"Stopped behind line {progress.lines}. {told}", err=True)
    if progress.refused or not progress.finished:
        raise typer.Exit(_SOME_REFUSED)


def _count(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _project(path: Path) -> FirebaseProject:
    """The parameters in the file. The signer key is a secret: it is no argument, and no message quotes it."""
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_CONFIG)
        return FirebaseProject.read(json.loads(text))
    except OSError as error:
        raise StartupRefused(f"{path} cannot be read: {error.strerror}.") from error
    except RecursionError:
        raise StartupRefused(f"{path} holds no parameters of Firebase's: it is no JSON.") from None
    except ValueError as error:
        known = not isinstance(error, json.JSONDecodeError | UnicodeDecodeError)
        raise StartupRefused(
            f"{path} holds no parameters of Firebase's: {error if known else 'it is no JSON'}."
        ) from None
