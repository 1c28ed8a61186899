"""Figures: what was measured, beside what is to be reached."""

from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of a table: the median of the repeats, all repeats, the unit, and the bound if there is one."""

    name: str
    unit: str
    repeats: list[float]
    at_most: float | None = None
    at_least: float | None = None

    @property
    def value(self) -> float:
        """The median of the repeats."""
        return median(self.repeats)

    @property
    def bound(self) -> str:
        """The bound in words, or nothing."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return f"at most {self.at_most:g}" if self.at_most is not None else ""

    @property
    def reached(self) -> bool:
        """Whether the median keeps the bound; so does what has none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return self.at_most is None or self.value <= self.at_most


@dataclass
class Table:
    """One measurement: its title, one sentence on how it was taken, and its figures."""

    name: str
    title: str
    how: str
    figures: list[Figure] = field(default_factory=list)

    def add(self, name: str, unit: str, repeats: list[float], **bound: float) -> None:
        """Append a figure; `at_most=` or `at_least=` is its bound."""
        self.figures.append(Figure(name, unit, [round(value, 3) for value in repeats], **bound))

    @property
    def reached(self) -> bool:
        """Whether every bound is kept."""
        return all(figure.reached for figure in self.figures)

    def as_json(self) -> dict[str, Any]:
        """For the results file."""
        told = [
            {"name": f.name, "unit": f.unit, "median": f.value, "repeats": f.repeats, "bound": f.bound}
            for f in self.figures
        ]
        return {"title": self.title, "how": self.how, "figures": told}

    def as_markdown(self) -> str:
        """For people."""
        lines = [f"## {self.title}", "", self.how, "", "| | median | repeats | to reach |", "|---|---|---|---|"]
        for figure in self.figures:
            repeats = ", ".join(_short(value) for value in figure.repeats)
            bound = figure.bound + ("" if figure.reached else " (**missed**)")
            lines.append(f"| {figure.name} | {_short(figure.value)} {figure.unit} | {repeats} | {bound} |")
        return "\n".join([*lines, ""])


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
