"""Publishing: `results/NAME.json` for each table measured now, and `README.md` made from all of them."""

import json
from pathlib import Path

from bench.figures import Figure, Table

_HERE = Path(__file__).parent
_RESULTS = _HERE / "results"
_ORDER = ("logins", "start", "flood-saturated", "flood-botnet", "flood-hammer", "flood-overflow", "imports")
_HEAD = """# The bench

What Doorstep costs, measured by `make bench` (`make bench ARGS="flood --only botnet"` for a part, `ARGS=--publish` to
write this page). The server is `doorstep serve` as shipped, on an embedded PostgreSQL and a fresh data directory; the
load generator (`load.py`) is a process of its own, pinned to the last core, and speaks bare HTTP/1.1 over kept
connections to 127.0.0.1. Ratios are taken within one run, since machines drift; each figure is the median of its
repeats, which stand beside it. The command ends with exit code 1 when a bound is missed.
"""


def publish(tables: list[Table], about: dict[str, str]) -> None:
    """Write the results of these tables, and the page from all results there are."""
    _RESULTS.mkdir(exist_ok=True)
    for table in tables:
        told = json.dumps({"machine": about, **table.as_json()}, indent=2) + "\n"
        (_RESULTS / f"{table.name}.json").write_text(told)
    parts = [_HEAD]
    for name in _ORDER:
        path = _RESULTS / f"{name}.json"
        if path.exists():
            parts.append(_section(name, json.loads(path.read_text())))
    (_HERE / "README.md").write_text("\n".join(parts))


def _section(name: str, told: dict[str, object]) -> str:
    table = Table(name, str(told["title"]), str(told["how"]))
    figures, about = told["figures"], told["machine"]
    assert isinstance(figures, list)  # noqa: S101 -- written by `publish`
    assert isinstance(about, dict)  # noqa: S101 -- as above
    for figure in figures:
        table.figures.append(_read(figure))
    return table.as_markdown() + "\n" + "; ".join(f"{key}: {value}" for key, value in about.items()) + ".\n"


def _read(told: dict[str, object]) -> Figure:
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
