"""docs/story-2.2.md: every line of the story names code that is there and tests that exist."""

import ast
import re

import pytest

from tests.docs.pages import ROOT

LINES = (
    *(f"AC {number}" for number in range(1, 10)),
    *(f"2.2.{number}" for number in range(1, 8)),
    *(f"2.2.4.{number}" for number in range(1, 4)),
)
REFERENCE = re.compile(r"`([\w./-]+\.(?:py|tsx?)|Makefile)(?:::(.+?))?`(?=[,\s])")


def rows() -> dict[str, tuple[str, str]]:
    """What each line says about where it is done and how it is proved."""
    page = (ROOT / "docs/story-2.2.md").read_text(encoding="utf-8")
    cells = [line.strip("|").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    return {row[0].strip(): (f"{row[2]} ", f"{row[3]} ") for row in cells if len(row) == 4 and row[0].strip()}


ROWS = rows()


def has_test(file: str, title: str) -> bool:
    text = (ROOT / file).read_text(encoding="utf-8")
    if file.endswith(".py"):
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        return any(isinstance(node, functions) and node.name == title for node in ast.parse(text).body)
    return f"'{title}'" in text


def test_every_line_of_the_story_is_there() -> None:
    assert set(LINES) <= set(ROWS)


@pytest.mark.parametrize("line", ROWS)
def test_done_in_files_that_exist(line: str) -> None:
    found = REFERENCE.findall(ROWS[line][0])
    assert found
    assert [file for file, _ in found if not (ROOT / file).is_file()] == []


@pytest.mark.parametrize("line", ROWS)
def test_proved_by_tests_that_exist(line: str) -> None:
    found = REFERENCE.findall(ROWS[line][1])
    assert len(found) == ROWS[line][1].count("`") // 2
    assert [(file, title) for file, title in found if not (title and has_test(file, title))] == []


def test_a_missing_test_is_noticed() -> None:
    assert not has_test("backend/tests/docs/test_story.py", "test_that_nobody_wrote")
    assert not has_test("frontend/tests/services/apiClient.test.ts", "does what nobody asked for")
