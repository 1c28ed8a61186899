"""`python -m bench [MEASURE] [--only KIND] [--repeats N] [--patience SECONDS] [--publish]`.

Without a name everything is measured. The exit code is 1 when a bound was missed. `--publish` writes the tables to
`bench/README.md` and the figures to `bench/results/`.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import flood, imports, logins, machine, memory, publishing, reads, start, writes
from bench.figures import Table

MEASURES: dict[str, Callable[[Path, int, float, str | None], list[Table]]] = {
    "logins": lambda place, repeats, patience, _: [logins.measure(place, repeats, patience)],
    "reads": lambda place, repeats, patience, _: [reads.measure(place, repeats, patience)],
    "writes": lambda place, repeats, patience, _: writes.measure(place, repeats, patience),
    "memory": lambda place, repeats, patience, _: [memory.measure(place, repeats, patience)],
    "imports": lambda place, _, patience, __: [imports.measure(place, 1, patience)],
    "start": lambda place, repeats, patience, _: [start.measure(place, repeats, patience)],
    "flood": flood.measure,
}


def main() -> int:
    """Measure what was asked for, and tell."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure Doorstep on this machine.")
    parser.add_argument("measure", nargs="?", choices=sorted(MEASURES), help="only this one")
    parser.add_argument("--only", help="only this kind of flood", choices=[kind.name for kind in flood.KINDS])
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
                for table in measure(Path(directory), asked.repeats, asked.patience, asked.only):
                    print(table.as_markdown(), flush=True)
                    tables.append(table)
    if asked.publish:
        publishing.publish(tables, about | {"load before": f"{load_before:.2f}"})
    return 0 if all(table.reached for table in tables) else 1


if __name__ == "__main__":
    sys.exit(main())
