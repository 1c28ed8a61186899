"""Plants each fault of `asvs/faults.toml` in a copy of the source and sees its tests fail. `make plant` runs it.

A fault is `file`, `find` (occurs once), `replace`, `tests` and `asvs` (what those tests prove). Files of the backend
are copied and put in front of the installed package; files of the frontend are copied beside the installed modules;
for any other file the tests are given a tree of links with that one file changed (`tests/tree.py`). The work tree is
never touched. Faults that were seen in this form before are passed over, unless `--again`.

Libraries are loaded once and each test run is forked from there: most of a run's time would be loading them.
"""

import argparse
import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

BACKEND = Path(__file__).resolve().parent.parent
ROOT = BACKEND.parent
FRONTEND = BACKEND.parent / "frontend"
FAULTS = BACKEND / "asvs" / "faults.toml"
SEEN = BACKEND / "asvs" / "faults-seen.json"

_LIBRARIES = (
    *("alembic.command", "altcha", "argon2", "asyncpg", "bcrypt", "fastapi", "httptools", "httpx", "hypothesis"),
    *("hypothesis.strategies", "jose.jwt", "passlib.context", "passlib.handlers.argon2", "psutil", "pydantic_settings"),
    *("rich.console", "sqlalchemy.ext.asyncio", "structlog", "typer", "uvicorn", "uvloop", "zxcvbn", "pytest"),
)


@dataclass(frozen=True)
class Fault:
    """One defence taken out: `find` in `file` becomes `replace`, and then each of `tests` must fail."""

    asvs: tuple[str, ...]
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Changes with the fault, so that a changed one has to be seen again."""
        parts = (self.file, self.find, self.replace, *self.tests)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    @property
    def in_frontend(self) -> bool:
        """Whether it is planted in the site rather than in the server."""
        return self.file.startswith("frontend/")


def read_faults() -> tuple[Fault, ...]:
    """The faults, in their order."""
    entries = tomllib.loads(FAULTS.read_text(encoding="utf-8")).get("fault", [])
    return tuple(
        Fault(tuple(entry["asvs"]), entry["file"], entry["find"], entry["replace"], tuple(entry["tests"]))
        for entry in entries
    )


def read_seen() -> dict[str, str]:
    """Fingerprints of the faults that were seen, with the first test that failed."""
    seen: dict[str, str] = json.loads(SEEN.read_text(encoding="utf-8")) if SEEN.exists() else {}
    return seen


def planted_text(fault: Fault, text: str) -> str:
    """The file with the fault in it. Raises ValueError when the place is gone or not unique."""
    if text.count(fault.find) != 1:
        raise ValueError(f"{fault.file}: the text to be replaced occurs {text.count(fault.find)} times, not once")
    return text.replace(fault.find, fault.replace)


def surviving_tests(fault: Fault, work: Path) -> list[str]:
    """The tests that still pass with the fault in place: there should be none."""
    return [test for test in fault.tests if _passes(fault, test, work)]


def _passes(fault: Fault, test: str, work: Path) -> bool:
    if fault.in_frontend:
        command = ["npx", "vitest", "run", *_vitest_arguments(test)]
        done = subprocess.run(command, cwd=work / "frontend", capture_output=True, check=False)
        return done.returncode == 0
    told = work / "told"
    child = os.fork()
    if child == 0:
        os._exit(_run_pytest(test, work, told))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in {0, 1}:
        raise RuntimeError(f"{test} could not be run:\n{told.read_text(encoding='utf-8')[-2000:]}")
    return code == 0


def _run_pytest(test: str, work: Path, told: Path) -> int:
    """In the forked process: pytest's exit code, with the planted source in front of ours."""
    output = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(BACKEND)
    os.environ |= {"PYTHONPATH": str(work / "src"), "DOORSTEP_TREE": str(work / "tree")}
    sys.path.insert(0, str(work / "src"))
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(importlib.import_module("pytest").main([*arguments, f"--basetemp={work / 'pytest'}", test]))


def _vitest_arguments(test: str) -> list[str]:
    path, _, name = test.partition("::")
    return [path, "-t", name] if name else [path]


def _copy_source(fault: Fault, work: Path) -> Path:
    """Make what the tests will see, and tell where the fault belongs in it."""
    if fault.in_frontend:
        copy = work / "frontend"
        shutil.copytree(FRONTEND, copy, ignore=shutil.ignore_patterns("node_modules", ".next", "out"))
        (copy / "node_modules").symlink_to(FRONTEND / "node_modules")
        return work / fault.file
    if fault.file.startswith("backend/src/"):
        (work / "tree").symlink_to(ROOT)
        shutil.copytree(BACKEND / "src", work / "src", ignore=shutil.ignore_patterns("__pycache__", "site"))
        return work / fault.file.removeprefix("backend/")
    return _linked_tree(Path(fault.file), ROOT, work / "tree")


def _linked_tree(file: Path, original: Path, copy: Path) -> Path:
    """A tree of links to `original`, with the one `file` and the folders on its way as real ones."""
    copy.mkdir()
    for entry in original.iterdir():
        if entry.name != file.parts[0]:
            (copy / entry.name).symlink_to(entry)
    name = file.parts[0]
    if len(file.parts) > 1:
        return _linked_tree(file.relative_to(name), original / name, copy / name)
    shutil.copy(original / name, copy / name)
    return copy / name


def _note(fault: Fault, *, seen: bool) -> None:
    """Keep what came of it; read anew, since another run may be at other faults."""
    known = {each.fingerprint for each in read_faults()}
    kept = {name: test for name, test in read_seen().items() if name in known and name != fault.fingerprint}
    if seen:
        kept[fault.fingerprint] = fault.tests[0]
    SEEN.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main() -> int:
    """Plant what was not seen yet; exit 1 when a fault goes unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--again", action="store_true", help="plant those seen before, too")
    parser.add_argument("only", nargs="*", help="ids of requirements, such as v5.0.0-6.2.1; all when left out")
    chosen = parser.parse_args()
    seen = read_seen()
    unnoticed = 0
    for name in _LIBRARIES:
        importlib.import_module(name)
    for fault in read_faults():
        if chosen.only and not set(chosen.only) & set(fault.asvs):
            continue
        if fault.fingerprint in seen and not chosen.again:
            continue
        with tempfile.TemporaryDirectory(prefix="doorstep-fault-") as directory:
            Path(directory).chmod(0o755)
            place = _copy_source(fault, Path(directory))
            place.write_text(planted_text(fault, place.read_text(encoding="utf-8")), encoding="utf-8")
            survivors = surviving_tests(fault, Path(directory))
        label = f"{', '.join(fault.asvs)}  {fault.file}: {fault.find.strip().splitlines()[0][:60]}"
        if survivors:
            unnoticed += 1
            print(f"UNNOTICED  {label}\n           still green: {', '.join(survivors)}", flush=True)
        else:
            print(f"seen       {label}", flush=True)
        _note(fault, seen=not survivors)
    return 1 if unnoticed else 0


if __name__ == "__main__":
    raise SystemExit(main())
