"""A chart of rates as SVG: bars in groups, drawn by a pure function; readable on a light page and on a dark one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_WIDTH: Final = 800
_LABELS: Final = 360
_VALUES: Final = 80
_BAR: Final = 18
_STEP: Final = 26
_TITLE: Final = 30
_GAP: Final = 16
_STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#1f2937}.t{font-weight:600}.v{font-variant-numeric:tabular-nums}"
    ".ours{fill:#2563eb}.other{fill:#9ca3af}"
    "@media(prefers-color-scheme:dark){text{fill:#e5e7eb}.ours{fill:#60a5fa}.other{fill:#6b7280}}"
)


@dataclass(frozen=True)
class Bar:
    """One line: what was measured, how much, and whether it is the product's."""

    label: str
    value: float
    ours: bool


@dataclass(frozen=True)
class Bars:
    """Bars with one scale, under a title that names the unit."""

    title: str
    bars: Sequence[Bar]


def drawn(groups: Iterable[Bars]) -> str:
    """The whole picture. Numbers stand beside the bars, so that nothing is told by colour or length alone."""
    parts: list[str] = []
    y = 0
    told: list[str] = []
    for group in groups:
        y += _TITLE
        parts.append(f'<text class="t" x="0" y="{y - 10}">{escape(group.title)}</text>')
        most = max((bar.value for bar in group.bars), default=0) or 1
        for bar in group.bars:
            length = max(1, round((_WIDTH - _LABELS - _VALUES) * bar.value / most))
            kind = "ours" if bar.ours else "other"
            middle = y + _BAR - 5
            parts += [
                f'<text x="{_LABELS - 10}" y="{middle}" text-anchor="end">{escape(bar.label)}</text>',
                f'<rect class="{kind}" x="{_LABELS}" y="{y}" width="{length}" height="{_BAR}" rx="3"/>',
                f'<text class="v" x="{_LABELS + length + 8}" y="{middle}">{_short(bar.value)}</text>',
            ]
            told.append(f"{bar.label}: {_short(bar.value)}")
            y += _STEP
        y += _GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {max(y, 1)}" width="{_WIDTH}" '
        f'height="{max(y, 1)}" role="img" aria-labelledby="title desc">'
    )
    about = f'<title id="title">Measured rates</title><desc id="desc">{escape("; ".join(told))}</desc>'
    return "\n".join([head, about, f"<style>{_STYLE}</style>", *parts, "</svg>", ""])


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
