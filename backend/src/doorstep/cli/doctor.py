"""`doorstep doctor`: what silently goes wrong in production, each with the sentence that mends it."""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from doorstep.cli.configuration import read_settings
from doorstep.cli.preparation import database
from doorstep.cli.printing import console
from doorstep.doctor.models import Finding, Verdict
from doorstep.doctor.policy import database as databases
from doorstep.doctor.service import Doctor, Findings
from doorstep.kit.database import DatabaseUnavailable
from doorstep.kit.database_check import look
from doorstep.kit.startup import StartupRefused
from doorstep.settings import Settings

_FAILED = 1
_STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red"}


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 for warnings too.")] = False,
) -> None:
    """Examine this installation: settings, machine, mail server, database, and the server as a browser meets it.

    Run it where the server runs, with its settings, while it runs. Exit code 1: something must be mended.
    """
    settings = read_settings()
    physician = Doctor(settings)
    of_database, kids = _database(settings, physician)
    of_mail_server = asyncio.run(physician.of_mail_server())
    found = (*physician.of_machine(), *of_mail_server, *of_database, *asyncio.run(physician.of_server(kids)))
    worst = _worst(found)
    if as_json:
        typer.echo(json.dumps({"verdict": worst, "findings": [_as_json(finding) for finding in found]}, indent=2))
    else:
        console().print(_table(found))
    if worst is Verdict.FAIL or (strict and worst is Verdict.WARN):
        raise typer.Exit(_FAILED)


def _database(settings: Settings, physician: Doctor) -> tuple[Findings, frozenset[str] | None]:
    if settings.embedded and not (settings.data_dir / "postgres").exists():
        return (databases.nothing_yet(str(settings.data_dir)),), None
    try:
        with database(settings) as dsn:
            look(dsn)
            return asyncio.run(physician.of_database(dsn))
    except StartupRefused as refusal:
        return (databases.refused(refusal.sentence),), None
    except DatabaseUnavailable as outage:
        return (databases.refused(outage.title),), None


def _worst(found: Sequence[Finding]) -> Verdict:
    verdicts = {finding.verdict for finding in found}
    return next((verdict for verdict in (Verdict.FAIL, Verdict.WARN) if verdict in verdicts), Verdict.OK)


def _as_json(finding: Finding) -> dict[str, str]:
    return {"verdict": finding.verdict, "title": finding.title, "sentence": finding.sentence}


def _table(found: Sequence[Finding]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(width=4)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for finding in found:
        table.add_row(
            Text(finding.verdict, style=_STYLES[finding.verdict]), Text(finding.title), Text(finding.sentence)
        )
    return table
