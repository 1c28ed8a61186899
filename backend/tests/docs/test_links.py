"""Every link in the documentation leads somewhere."""

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Link, anchors, links, name, pages

PAGES = pages()
# Others link to these: the story, the issues, whoever has bookmarked them.
PROMISED = {
    "docs/architecture.md": {"security-best-practices", "error-handling-strategy"},
    "docs/front-end-architecture.md": {"api-interaction-layer"},
}


def broken(link: Link) -> bool:
    if not link.target.exists():
        return True
    return bool(link.anchor) and link.anchor not in anchors(link.target)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    assert [link.text for link in links(page) if broken(link)] == []


def test_there_are_links_to_check() -> None:
    assert len([link for page in PAGES for link in links(page)]) > 100


@pytest.mark.parametrize("text", ["nothing-of-this-name.md", "README.md#no-such-heading", "#no-such-heading"])
def test_a_broken_link_is_noticed(text: str) -> None:
    assert broken(Link(ROOT / "README.md", text))


@pytest.mark.parametrize("page", PROMISED)
def test_the_anchors_that_others_rely_on(page: str) -> None:
    assert PROMISED[page] <= anchors(ROOT / page)


def test_every_page_is_reached_from_the_front() -> None:
    found = {ROOT / "README.md"}
    waiting = list(found)
    while waiting:
        for link in links(waiting.pop()):
            if link.target.suffix == ".md" and link.target not in found:
                found.add(link.target)
                waiting.append(link.target)
    written = {page for page in PAGES if page.is_relative_to(ROOT / "docs") or page.parent == ROOT}
    assert sorted(name(page) for page in written - found) == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(page.name[:4] for page in (ROOT / "docs/decisions").glob("*.md"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
