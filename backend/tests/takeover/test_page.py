"""The page about takeovers says what the tables say."""

from tests.takeover.page import rendered
from tests.tree import ROOT


def test_the_page_is_written_from_the_tables() -> None:
    written = (ROOT / "docs" / "security" / "takeover.md").read_text(encoding="utf-8")
    assert written == rendered(), "run `make docs`"
