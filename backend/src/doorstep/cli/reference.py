"""The pages of docs/reference/, printed from the code, so that they cannot say anything else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python
from typer.core import TyperGroup

from doorstep.failure import known_failures
from doorstep.main import create_app
from doorstep.settings import Settings

_SETTINGS_HEAD = """\
# Settings

Printed by `doorstep settings`. Each is a variable of the environment, or a line in `doorstep.toml` in the directory
that Doorstep is started in (`passwords.min_length` for `DOORSTEP_PASSWORDS__MIN_LENGTH`); the environment wins.
Times are written as ISO 8601 (`PT10M`) or as seconds.

| variable | default | what it decides |
|---|---|---|
"""
_PROBLEMS_HEAD = """\
# Problems

Printed by `doorstep problems`. Every refusal is an `application/problem+json` answer (RFC 9457) with one of these
codes; `instance` is the id of the request, under which the log tells the cause.

| code | status | title | when |
|---|---|---|---|
"""
_COMMANDS_HEAD = """\
# Commands

Printed by `doorstep commands`. Those that need a database use the one that the [settings](settings.md) name, also while
the server runs. Exit code 0: done; 1: refused, with the reason in one sentence; 2: not begun, with what to do about it.
"""


def settings_page() -> str:
    """docs/reference/settings.md."""
    rows = "".join(
        f"| `{name}` | {_cell(default)} | {description} |\n"
        for name, default, description in _fields(Settings, "DOORSTEP_")
    )
    return _SETTINGS_HEAD + rows


def _fields(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        variable = f"{prefix}{name.upper()}"
        part = field.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield from _fields(part, f"{variable}__")
        else:
            yield variable, _default(field), field.description or ""


def _default(field: FieldInfo) -> str:
    if get_origin(field.annotation) is tuple and issubclass(get_args(field.annotation)[0], BaseModel):
        return "the brand's"
    value = to_jsonable_python(field.default)
    if value is None or value == "":
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _cell(default: str) -> str:
    return f"`{default}`" if default and default != "the brand's" else default or "none"


def problems_page() -> str:
    """docs/reference/problems.md."""
    rows = "".join(
        f"| `{failure.code}` | {failure.status} | {failure.title} | {(failure.__doc__ or '').splitlines()[0]} |\n"
        for failure in known_failures()
    )
    return _PROBLEMS_HEAD + rows


def openapi_document() -> str:
    """The OpenAPI document of the HTTP API, as JSON."""
    app = create_app(Settings(data_dir=Path("data"), secret=None), "postgresql:///unused", bytes(32))
    return json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False)


def commands_page(program: typer.Typer) -> str:
    """docs/reference/cli.md."""
    return _COMMANDS_HEAD + "".join(_sections(typer.Context(typer.main.get_command(program), info_name="doorstep")))


def _sections(context: typer.Context) -> Iterator[str]:
    command = context.command
    if isinstance(command, TyperGroup):
        for name in sorted(command.commands):
            yield from _sections(typer.Context(command.commands[name], info_name=name, parent=context))
        return
    parts = [param for param in command.get_params(context) if param.name != "help"]
    pieces = [piece.strip("{}") for piece in command.collect_usage_pieces(context)] if parts else []
    usage = " ".join([context.command_path, *pieces])
    rows = "".join(f"| `{told[0]}` | {told[1]} |\n" for part in parts if (told := part.get_help_record(context)))
    table = f"\n| argument, option | |\n|---|---|\n{rows}" if rows else ""
    yield f"\n## {context.command_path}\n\n    {usage}\n\n{command.help}\n{table}"
