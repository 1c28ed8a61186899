"""`python -m bench [MEASURE] [--only KIND] [--repeats N] [--patience SECONDS] [--publish]`.

Without a name everything is measured. The exit code is 1 when a bound was missed. `--publish` writes the tables to
`bench/README.md`, the chart to `bench/chart.svg` and the figures to `bench/results/`.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import flood, growth, imports, logins, machine, memory, page, publishing, reads, start, workers, writes
from bench.figures import Table

MEASURES: dict[str, Callable[[Path, argparse.Namespace], list[Table]]] = {
    "logins": lambda place, asked: [logins.measure(place, asked.repeats, asked.patience)],
    "reads": lambda place, asked: [reads.measure(place, asked.repeats, asked.patience)],
    "writes": lambda place, asked: writes.measure(place, asked.repeats, asked.patience),
    "flood": lambda place, asked: flood.measure(place, asked.repeats, asked.patience, asked.only),
    "memory": lambda place, asked: [memory.measure(place, asked.repeats, asked.patience)],
    "start": lambda place, asked: [start.measure(place, asked.repeats, asked.patience)],
    "growth": lambda place, asked: [growth.measure(place, asked.repeats, asked.patience, asked.users)],
    "workers": lambda place, asked: [workers.measure(place, asked.repeats, asked.patience)],
    "page": lambda place, asked: page.measure(place, asked.repeats, asked.patience),
    "imports": lambda place, asked: [imports.measure(place, 1, asked.patience)],
}


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(part) for part in text.split(",")))


def main() -> int:
    """Measure what was asked for, and tell."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure Doorstep on this machine.")
    parser.add_argument("measure", nargs="?", choices=sorted(MEASURES), help="only this one")
    parser.add_argument("--only", help="only this kind of flood", choices=[kind.name for kind in flood.KINDS])
    parser.add_argument("--users", help="sizes of the growth, with commas", type=_sizes, default=growth.SIZES)
    parser.add_argument("--repeats", type=int, default=3, help="how often; the median counts (default 3)")
    parser.add_argument(
        "--patience", type=float, default=60, help="most seconds to wait for a quiet machine, each time"
    )
    parser.add_argument("--publish", action="store_true", help="write bench/README.md and bench/results/")
    asked = parser.parse_args()
    about, load_before = machine.described(), machine.load()
    print("\n".join(f"{name}: {told}" for name, told in about.items()))
    print(f"load before: {load_before:.2f}\n", flush=True)
    tables: list[Table] = []
    for name, measure in MEASURES.items():
        if asked.measure in {None, name}:
            # Not below a folder of root's only: PostgreSQL, started by root, runs as somebody else.
            with TemporaryDirectory(prefix="doorstep-bench-") as directory:
                Path(directory).chmod(0o755)
                for table in measure(Path(directory), asked):
                    print(table.as_markdown(), flush=True)
                    tables.append(table)
    print(publishing.summary(tables))
    if asked.publish:
        publishing.publish(tables, about | {"load before": f"{load_before:.2f}"})
    return 0 if all(table.reached for table in tables) else 1


if __name__ == "__main__":
    sys.exit(main())
