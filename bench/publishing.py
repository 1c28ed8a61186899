"""Publishing: `results/NAME.json` for each table measured now; `README.md` and `chart.svg` made from all of them.

`missed.md`, written by hand, says why a bound is missed.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bench.chart import Bar, Bars, drawn
from bench.figures import Figure, Table

HERE: Final = Path(__file__).parent
_ORDER: Final = (
    "logins", "reads", "refreshes", "sign-ups", "flood-saturated", "flood-botnet", "flood-hammer", "flood-overflow",
    "memory", "start", "growth", "crowded", "workers", "page", "lighthouse", "imports", "builds",
)  # fmt: skip
_HEAD: Final = """# The bench

What Doorstep costs, measured by `make bench` (`make bench ARGS="flood --only botnet"` for a part, `ARGS=--publish` to
write this page). `ARGS="builds --base ../before"` holds this build against another one, of which there is a checkout;
without a base that measure is left out. The server is `doorstep serve` as shipped, on an embedded PostgreSQL and a
fresh data directory; the load generators (`load.py`, `hammer.py`) are processes of their own, pinned to the last core,
and speak bare HTTP/1.1 over kept connections to 127.0.0.1. Ratios are taken within one run, since machines drift; each
figure is the median of its repeats, which stand beside it. The command ends with exit code 1 when a bound is missed.

![Rates beside the bare framework and the bare hash](chart.svg)
"""
_CHARTED: Final = (
    ("reads", "Reads of the signed-in user a second, one core", "users/me"),
    ("refreshes", "Refreshes a second, one core", "/auth/refresh"),
    ("logins", "Log-ins a second, all cores", "log-ins"),
)
"""Table, title, and what is in the names of our own bars."""


def summary(tables: Iterable[Table]) -> str:
    """Every bound beside what was measured."""
    lines = ["## What is to be reached", "", "| | to reach | measured | |", "|---|---|---|---|"]
    for table in tables:
        for figure in table.figures:
            if figure.bound:
                said = "reached" if figure.reached else "**missed**"
                name = f"{table.title}: {figure.name}"
                lines.append(f"| {name} | {figure.bound} | {figure.value:.4g} {figure.unit} | {said} |")
    return "\n".join([*lines, ""])


def chart(tables: Iterable[Table]) -> str:
    """The rates that have something to stand beside."""
    by_name = {table.name: table for table in tables}
    groups = []
    for name, title, ours in _CHARTED:
        if name in by_name:
            rates = [
                figure for figure in by_name[name].figures if figure.unit == "a second" and "503" not in figure.name
            ]
            bars = [Bar(figure.name, figure.value, ours in figure.name) for figure in rates]
            groups.append(Bars(title, sorted(bars, key=lambda bar: -bar.value)))
    return drawn(groups)


def explained(tables: Iterable[Table]) -> str:
    """What `missed.md` says about the tables that miss a bound, under their titles as far as the colon."""
    head, *sections = (HERE / "missed.md").read_text(encoding="utf-8").split("\n### ")
    missed = {subject(table) for table in tables if not table.reached}
    told = [f"### {section.strip()}\n" for section in sections if section.partition("\n")[0] in missed]
    return "\n".join([head.strip() + "\n", *told]) if told else ""


def commits(read: Iterable[tuple[Table, dict[str, str]]]) -> str:
    """Which commits the tables were measured at, when it was not one for all."""
    by_commit: dict[str, list[str]] = {}
    for table, about in read:
        by_commit.setdefault(about["commit"], []).append(table.title)
    if len(by_commit) == 1:
        return ""
    told = "; ".join(f"{commit}: {', '.join(titles)}" for commit, titles in by_commit.items())
    return f"Measured at different commits. {told}.\n"


def subject(table: Table) -> str:
    """What a table is about: the floods are one subject."""
    return table.title.partition(":")[0]


def publish(tables: list[Table], machine: dict[str, str], place: Path = HERE) -> None:
    """Write the results of these tables, and page and chart from all results there are."""
    results = place / "results"
    results.mkdir(exist_ok=True)
    for table in tables:
        told = json.dumps({"machine": machine, **table.as_json()}, indent=2, ensure_ascii=False) + "\n"
        (results / f"{table.name}.json").write_text(told, encoding="utf-8")
    read = published(place)
    tables_now = [table for table, _ in read]
    sections = [f"{table.as_markdown()}\n{_line(about)}\n" for table, about in read]
    page = [_HEAD, summary(tables_now), commits(read), explained(tables_now), *sections]
    (place / "README.md").write_text("\n".join(page), encoding="utf-8")
    (place / "chart.svg").write_text(chart(tables_now), encoding="utf-8")


def _line(about: dict[str, str]) -> str:
    return "; ".join(f"{name}: {told}" for name, told in about.items()) + "."


def published(place: Path = HERE) -> list[tuple[Table, dict[str, str]]]:
    """What was measured last of everything, and on which machine, in the order of the page."""
    found = []
    for name in _ORDER:
        path = place / "results" / f"{name}.json"
        if path.exists():
            told = json.loads(path.read_text(encoding="utf-8"))
            found.append((_table(name, told), told["machine"]))
    return found


def _table(name: str, told: dict[str, object]) -> Table:
    table = Table(name, str(told["title"]), str(told["how"]))
    figures = told["figures"]
    assert isinstance(figures, list)  # noqa: S101 -- written by `publish`
    table.figures.extend(map(_figure, figures))
    return table


def _figure(told: dict[str, object]) -> Figure:
    words = str(told["bound"]).rpartition(" ")
    limit = float(words[2]) if words[2] else None
    repeats = told["repeats"]
    assert isinstance(repeats, list)  # noqa: S101 -- as above
    return Figure(
        str(told["name"]),
        str(told["unit"]),
        repeats,
        at_most=limit if words[0] == "at most" else None,
        at_least=limit if words[0] == "at least" else None,
    )
