"""The checkout's files as the documentation's tests read them: pages, their headings and their links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[3]
_MADE = frozenset({"node_modules", "data", "dist", "build", "out", "site", "test-results", "__pycache__"})
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?<=\n\n)(?: {4}.*\n)+")
_CODE = re.compile(r"(`+).*?\1", re.DOTALL)
_LINKS = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|\b(?:src|srcset|href)=\"([^\"]+)\"")
_HEADINGS = re.compile(r"^#{1,6} (.+?) *#*$", re.MULTILINE)


def files() -> Iterator[Path]:
    """Every file that is written and not made: no environments, caches or builds."""
    waiting = [ROOT]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.is_dir() and not path.is_symlink():
                if path.name not in _MADE and (not path.name.startswith(".") or path.name in {".ci", ".github"}):
                    waiting.append(path)
            elif path.is_file():
                yield path


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a place in the checkout: the file, and the heading's anchor where it has one."""

    page: Path
    text: str

    @property
    def target(self) -> Path:
        """The file or directory that it leads to."""
        place = unquote(self.text.partition("#")[0])
        return (self.page.parent / place).resolve() if place else self.page

    @property
    def anchor(self) -> str:
        """The part after `#`; empty without one."""
        return self.text.partition("#")[2]


def pages() -> list[Path]:
    """Every Markdown file."""
    return [path for path in files() if path.suffix == ".md"]


def links(page: Path) -> list[Link]:
    """The links of a page that stay in the checkout."""
    text = _CODE.sub("", _INDENTED.sub("", _FENCED.sub("", page.read_text(encoding="utf-8"))))
    found = (first or second for first, second in _LINKS.findall(text))
    return [Link(page, target) for target in found if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    seen: dict[str, int] = {}
    made = set()
    for heading in _HEADINGS.findall(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        made.add(f"{slug}-{seen[slug]}" if slug in seen else slug)
        seen[slug] = seen.get(slug, 0) + 1
    return made


def name(path: Path) -> str:
    """The path as people write it, from the root of the checkout."""
    return path.relative_to(ROOT).as_posix()
