"""docs/reference/ is what the commands print, and holds every setting, command and refusal there is."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import typer
from pydantic import BaseModel

import doorstep
from doorstep.cli.app import app
from doorstep.failure import known_failures
from doorstep.settings import Settings
from tests.docs.pages import ROOT

PAGES = {"settings.md": "settings", "problems.md": "problems", "cli.md": "commands", "openapi.json": "openapi"}
MEND = "is out of date: run `make docs` and commit what it writes"


def read(page: str) -> str:
    return (ROOT / "docs/reference" / page).read_text(encoding="utf-8")


def printed_by(command: str) -> str:
    """What the command prints, in a process of its own: nothing that another test did can be in it."""
    done = subprocess.run(
        [sys.executable, "-m", "doorstep", command], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    with ThreadPoolExecutor() as pool:
        return dict(zip(PAGES, pool.map(printed_by, PAGES.values()), strict=True))


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_what_the_command_prints(printed: dict[str, str], page: str) -> None:
    assert read(page) == printed[page], f"docs/reference/{page} {MEND}"


def variables(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from variables(kind, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"


def test_every_setting_is_there_with_a_description() -> None:
    rows = {
        row[1].strip(" `"): row[3].strip() for line in read("settings.md").splitlines() if (row := line.split("|"))[3:]
    }
    assert [name for name in variables(Settings, "DOORSTEP_") if not rows.get(name)] == []


def commands(group: typer.Typer, path: str) -> Iterator[tuple[str, str]]:
    for command in group.registered_commands:
        called = command.name or getattr(command.callback, "__name__", "")
        yield f"{path} {called}", inspect.getdoc(command.callback) or ""
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            yield from commands(inner.typer_instance, f"{path} {inner.name}")


def test_every_command_is_there_with_its_promise() -> None:
    page = read("cli.md")
    missing = [path for path, promise in commands(app, "doorstep") if f"## {path}\n" not in page or promise not in page]
    assert missing == []


def test_every_refusal_of_every_module_is_there() -> None:
    for module in pkgutil.walk_packages(doorstep.__path__, "doorstep."):
        if not module.name.startswith("doorstep.migrations.") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    page = read("problems.md")
    assert [
        failure.code for failure in known_failures() if f"| `{failure.code}` | {failure.status} |" not in page
    ] == []
