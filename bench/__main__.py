"""`python -m bench [MEASURE] [--only KIND] [--base DIR] [--repeats N] [--patience SECONDS] [--publish]`.

Without a name everything is measured, but `builds` only where `--base` names the checkout of another build. The exit
code is 1 when a bound was missed. `--publish` writes the tables to `bench/README.md`, the chart to `bench/chart.svg`
and the figures to `bench/results/`, after each measure: one that fails takes none of those before with it.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from bench import (
    builds,
    crowded,
    flood,
    growth,
    imports,
    logins,
    machine,
    memory,
    page,
    publishing,
    reads,
    start,
    workers,
    writes,
)
from bench.checkout import Checkout
from bench.figures import Table

Measure: TypeAlias = Callable[[Path, argparse.Namespace], list[Table]]
MEASURES: Final[dict[str, Measure]] = {
    "logins": lambda place, asked: [logins.measure(place, asked.repeats, asked.patience)],
    "reads": lambda place, asked: [reads.measure(place, asked.repeats, asked.patience)],
    "writes": lambda place, asked: writes.measure(place, asked.repeats, asked.patience),
    "flood": lambda place, asked: flood.measure(place, asked.repeats, asked.patience, asked.only),
    "memory": lambda place, asked: [memory.measure(place, asked.repeats, asked.patience)],
    "start": lambda place, asked: [start.measure(place, asked.repeats, asked.patience)],
    # The shorter one first: one that fails takes the other with it.
    "growth": lambda place, asked: [
        crowded.measure(place, asked.repeats, asked.patience),
        growth.measure(place, asked.repeats, asked.patience, asked.users),
    ],
    "workers": lambda place, asked: [workers.measure(place, asked.repeats, asked.patience)],
    "page": lambda place, asked: page.measure(place, asked.repeats, asked.patience),
    "imports": lambda place, asked: [imports.measure(place, 1, asked.patience)],
    "builds": lambda place, asked: [builds.measure(place, asked.repeats, asked.patience, asked.base)],
}
BESIDE_A_BASE: Final = frozenset({"builds"})
"""Measures that are left out when no base is named."""


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(part) for part in text.split(",")))


def _base(text: str) -> Checkout:
    try:
        return Checkout.found(Path(text))
    except ValueError as cause:
        raise argparse.ArgumentTypeError(str(cause)) from cause


def main(
    arguments: Sequence[str] | None = None,
    measures: Mapping[str, Measure] = MEASURES,
    place: Path = publishing.HERE,
) -> int:
    """Measure what was asked for, and tell."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure Doorstep on this machine.")
    parser.add_argument("measure", nargs="?", choices=sorted(measures), help="only this one")
    parser.add_argument("--only", help="only this kind of flood", choices=[kind.name for kind in flood.KINDS])
    parser.add_argument("--base", help="checkout of the build that `builds` stands beside", type=_base, metavar="DIR")
    parser.add_argument("--users", help="sizes of the growth, with commas", type=_sizes, default=growth.SIZES)
    parser.add_argument("--repeats", type=int, default=3, help="how often; the median counts (default 3)")
    parser.add_argument(
        "--patience", type=float, default=60, help="most seconds to wait for a quiet machine, each time"
    )
    parser.add_argument("--publish", action="store_true", help="write bench/README.md and bench/results/")
    asked = parser.parse_args(arguments)
    if asked.measure in BESIDE_A_BASE and asked.base is None:
        parser.error(f"{asked.measure} stands beside another build: name its checkout with --base")
    about = machine.described()
    print("\n".join(f"{name}: {told}" for name, told in about.items()), flush=True)
    tables: list[Table] = []
    for name, measure in measures.items():
        if asked.measure == name or (asked.measure is None and (asked.base or name not in BESIDE_A_BASE)):
            load_before = f"{machine.load():.2f}"
            print(f"\n{name}; load before: {load_before}\n", flush=True)
            done = _measured(measure, asked)
            if asked.publish:
                publishing.publish(done, about | {"load before": load_before}, place)
            tables += done
    print(publishing.summary(tables))
    return 0 if all(table.reached for table in tables) else 1


def _measured(measure: Measure, asked: argparse.Namespace) -> list[Table]:
    # Not below a folder of root's only: PostgreSQL, started by root, runs as somebody else.
    with TemporaryDirectory(prefix="doorstep-bench-") as directory:
        Path(directory).chmod(0o755)
        tables = measure(Path(directory), asked)
    for table in tables:
        print(table.as_markdown(), flush=True)
    return tables


if __name__ == "__main__":
    sys.exit(main())
