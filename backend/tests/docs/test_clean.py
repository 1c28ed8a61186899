"""What is committed speaks of the project only: no paths of a machine, no private tools, no registry's address."""

from pathlib import Path

import pytest

from tests.docs.pages import files, name

# In halves, so that this file does not hold what it looks for.
FORBIDDEN = tuple(
    first + second
    for first, second in (
        ("/wo", "rk/"),
        ("/tm", "p/plan"),
        (".lib", "rary"),
        ("fa", "rm-"),
        ("issues ", "resolved"),
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("registry.npm", "js.org"),
        ("registry.yarn", "pkg.com"),
        ("npm", "mirror.com"),
    )
)


def test_nothing_speaks_of_the_machine_it_was_written_on() -> None:
    found = [f"{name(path)}: {word}" for path in files() for word in words_in(path)]
    assert found == []


def words_in(path: Path) -> list[str]:
    content = path.read_bytes().lower()
    return [word for word in FORBIDDEN if word.encode() in content]


@pytest.mark.parametrize("word", FORBIDDEN)
def test_each_word_would_be_found(tmp_path: Path, word: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"see {word.upper()} there", encoding="utf-8")
    assert words_in(page) == [word]


def test_the_hidden_folders_that_are_committed_are_read_too() -> None:
    assert {".ci/run", ".github/workflows/main.yml", "Makefile"} <= {name(path) for path in files()}
