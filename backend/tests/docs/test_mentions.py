"""What the pages name is there: settings, commands, targets of make, versions."""

import re
import tomllib
from pathlib import Path

import pytest

from doorstep.cli.app import app
from doorstep.credentials import SECRETS
from doorstep.settings import Settings
from tests.docs.pages import ROOT, name, pages
from tests.docs.test_reference import commands, variables

PAGES = pages()
# Variables of the tools around, which are no settings of the server.
OF_TOOLS = {"DOORSTEP_TEST_DATABASE_URL", "DOORSTEP_CHROMIUM", "DOORSTEP_BACKEND_URL"}
SETTINGS = set(variables(Settings, "DOORSTEP_")) | {f"{secret}_FILE" for secret in SECRETS}
COMMANDS = {path for path, _ in commands(app, "doorstep")}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_named_variables_exist(page: Path) -> None:
    named = set(re.findall(r"\bDOORSTEP_[A-Z_]+[A-Z]\b", page.read_text(encoding="utf-8")))
    assert named - SETTINGS - OF_TOOLS == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_named_commands_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"(?:`|^ {4})doorstep ([a-z]+)(?: ([a-z]+))?", text, re.MULTILINE)
    known = COMMANDS | {path.rpartition(" ")[0] for path in COMMANDS}
    assert [words for words in named if not {f"doorstep {words[0]}", f"doorstep {' '.join(words)}"} & known] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_named_targets_of_make_exist(page: Path) -> None:
    named = re.findall(r"(?:`|^ {4})make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [target for target in named if not re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)] == []


def test_the_pages_for_people_tell_the_settings_that_operators_need_first() -> None:
    """Not only the table: somebody must have said what they are for."""
    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    needed = ("PUBLIC_URL", "TRUSTED_PROXIES", "DATABASE_URL", "SECRET", "WORKERS", "LOG_LEVEL", "MAX_BODY_BYTES")
    assert [setting for setting in needed if f"DOORSTEP_{setting}" not in text] == []


def test_the_changelog_has_this_version() -> None:
    project = tomllib.loads((ROOT / "backend/pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## [{project['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
