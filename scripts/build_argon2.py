"""Compiles libargon2 for processors with AVX2, once, and lays it where the server and the wheel find it.

The sources are those of argon2-cffi-bindings in `backend/requirements.lock`, and `argon2_yield.c` beside this file;
the C compiler is the one in `scripts/compiler.lock`, which comes as a package and goes when the library is there. Where
this is not possible Doorstep computes password hashes without it, so a failure is told and is none of `make`'s.
docs/decisions/0021 and 0025.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "scripts"
NATIVE = ROOT / "backend" / "src" / "doorstep" / "kit" / "native"
LIBRARY = NATIVE / "libargon2-avx2.so"
MADE_FROM = NATIVE / "made-from"
FAILURE = NATIVE / "failure"
SOURCES = "argon2-cffi-bindings"
COMPILER = SCRIPTS / "compiler.lock"
STAND_IN = SCRIPTS / "sources_only"
YIELD = SCRIPTS / "argon2_yield.c"
# The oldest glibc that the wheels of argon2-cffi-bindings run on. Threads of its own libargon2 shall not start: a hash
# has one slot and so one core. No other processor feature than AVX2 is asked for, so no other needs a check.
FLAGS = (
    *("-target", "x86_64-linux-gnu.2.26", "-mcpu=x86_64+avx2", "-O3", "-fPIC", "-shared", "-s", "-Wl,-z,now"),
    *("-DARGON2_NO_THREADS", "-DA2_VISCTL", "-fvisibility=hidden", "-Wl,--wrap=index_alpha"),
)
FILES = ("argon2.c", "core.c", "encoding.c", "opt.c", "blake2/blake2b.c")
_PATIENCE = 900


class NotBuilt(Exception):  # noqa: N818 -- it is told, and nothing fails by it
    """Why there is no library, as half a sentence."""


def wanted(system: str, machine: str, libc: str) -> bool:
    """Whether a library that is compiled here could be loaded here, some processors apart."""
    return (system, machine, libc) == ("Linux", "x86_64", "glibc")


def pinned(lock: str) -> str:
    """The lines of the lock file that name the sources and their hashes."""
    found = re.search(rf"^{SOURCES}==(?:.*\\\n)+.*\n", lock, re.MULTILINE)
    if found is None:
        raise NotBuilt(f"{SOURCES} is not in backend/requirements.lock")
    return found.group()


def fingerprint(sources: str) -> str:
    """One hash over all that the library depends on."""
    total = hashlib.sha256(sources.encode())
    for path in (Path(__file__), COMPILER, YIELD, *sorted(STAND_IN.rglob("*.py"))):
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def build(sources: str, place: Path) -> None:
    """Fetch sources and compiler into `place`, compile, and lay library and licence into the package."""
    asked = place / "asked.txt"
    asked.write_text(sources + COMPILER.read_text(encoding="utf-8"), encoding="utf-8")
    brought = place / "brought"
    _run(
        "its sources and a compiler could not be fetched",
        (
            *(sys.executable, SCRIPTS / "run_uv.py", "pip", "install", "--quiet", "--no-cache"),
            *("--python", sys.executable, "--target", brought, "--require-hashes", "--requirement", asked),
            *("--no-deps", "--no-binary", SOURCES, "--no-build-isolation"),
        ),
        {"PYTHONPATH": str(STAND_IN)},
    )
    libargon2, made = brought / "libargon2", place / LIBRARY.name
    _run(
        "it could not be compiled",
        (
            *(brought / "ziglang" / "zig", "cc", *FLAGS, "-o", made),
            *("-I", libargon2 / "include", "-I", libargon2 / "src"),
            *(libargon2 / "src" / name for name in FILES),
            YIELD,
        ),
        {"ZIG_LOCAL_CACHE_DIR": str(place / "local"), "ZIG_GLOBAL_CACHE_DIR": str(place / "global")},
    )
    shutil.copy(libargon2 / "LICENSE", NATIVE / "LICENSE")
    made.replace(LIBRARY)  # at once: a server that runs keeps the library that it has loaded


def _run(failure: str, command: tuple[str | Path, ...], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotBuilt(f"{failure} ({error})") from error
    if done.returncode:
        told = next((line.strip() for line in reversed(done.stderr.splitlines()) if line.strip()), "no reason is told")
        raise NotBuilt(f"{failure} ({told})")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def main() -> int:
    """Build if needed and possible; always 0."""
    if not wanted(platform.system(), platform.machine(), platform.libc_ver()[0]):
        return 0
    NATIVE.mkdir(exist_ok=True)
    try:
        sources = pinned((ROOT / "backend" / "requirements.lock").read_text(encoding="utf-8"))
        mark = fingerprint(sources)
        if LIBRARY.is_file() and MADE_FROM.is_file() and MADE_FROM.read_text(encoding="ascii") == mark:
            return 0
        _say("==> Compiling libargon2 for this kind of processor (brings a compiler of 100 MB, which does not stay)")
        FAILURE.unlink(missing_ok=True)
        (ROOT / "build").mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=ROOT / "build") as place:
            build(sources, Path(place))
        MADE_FROM.write_text(mark, encoding="ascii")
    except (NotBuilt, OSError) as error:
        LIBRARY.unlink(missing_ok=True)
        FAILURE.write_text(f"{error}\n", encoding="utf-8")
        _say(f"libargon2 is not there: {error}. Hashing is slower without it; `make engine` tries again.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
