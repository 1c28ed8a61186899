"""Reading an exported page: its scripts, and what the Content-Security-Policy would refuse in it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_DATA_BLOCKS: Final = ("application/json", "application/ld+json")


class UnfitPage(Exception):  # noqa: N818 -- it is the page that is wrong, and the build says so
    """A page holds something that its policy blocks in the browser; the message says what and where."""


@dataclass
class Page:
    """What one page holds: its inline `scripts`, in order, as the browser hashes them, and where its head begins.

    `sources` are the addresses of the scripts it starts with, without those for browsers that have no modules.
    """

    scripts: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    head: int | None = None


def read_page(html: str) -> Page:
    """Read `html`. Raises UnfitPage for style attributes and elements, event attributes and `javascript:` links."""
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    return reader.page


def with_first_script(html: str, script: str) -> str:
    """`html` with `script` as the first element of its head. Raises UnfitPage when there is no head."""
    head = read_page(html).head
    if head is None:
        raise UnfitPage("it has no <head>")
    return f"{html[:head]}<script>{script}</script>{html[head:]}"


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._inline: list[str] | None = None
        self._line_starts = [0]
        for line in html.splitlines(keepends=True) if "\n" in html else []:
            self._line_starts.append(self._line_starts[-1] + len(line))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._refuse_what_is_blocked(tag, attrs)
        given = dict(attrs)
        if tag == "head" and self.page.head is None:
            line, column = self.getpos()
            self.page.head = self._line_starts[line - 1] + column + len(self.get_starttag_text() or "")
        if tag == "script" and "src" not in given and given.get("type") not in _DATA_BLOCKS:
            self._inline = []
        if tag == "script" and "nomodule" not in given and (source := given.get("src")):
            self.page.sources.append(source.partition("?")[0])

    def handle_data(self, data: str) -> None:
        if self._inline is not None:
            self._inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._inline is not None:
            self.page.scripts.append("".join(self._inline))
            self._inline = None

    def _refuse_what_is_blocked(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "base"}:
            raise UnfitPage(f"it has a <{tag}> element in line {self.getpos()[0]}")
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                raise UnfitPage(f"<{tag}> has {name}={value!r}")
