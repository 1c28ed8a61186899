"""Looking at this machine: files, memory, disk, packages. Reads, and makes nothing."""

import os
import re
import shutil
import stat
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import psutil

from doorstep.doctor.models import PathFacts
from doorstep.kit.secret import FILE, FILE_BEFORE
from doorstep.settings import Settings

_LIMIT_OF_GROUP = Path("/sys/fs/cgroup/memory.max")
_NEED = re.compile(
    r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?(?:<[0-9.]+,)?>=([0-9.]+)(?:,<[0-9.]+)?(?:\s*;\s*sys_platform != 'win32')?"
)
_HOLDS_SECRETS = {"secret", "secret_fallbacks", "database_url"}


def master_secret(settings: Settings) -> tuple[str | None, str]:
    """The secret that the server uses, or None, and where it is. It goes to the checks and nowhere else."""
    if settings.secret is not None:
        return settings.secret.get_secret_value(), "DOORSTEP_SECRET"
    if not settings.embedded:
        return None, "DOORSTEP_SECRET"
    path = settings.data_dir / FILE
    try:
        return path.read_text(encoding="utf-8").strip(), f"The secret in {settings.data_dir}"
    except OSError:
        return None, str(path)


def former_secrets(settings: Settings) -> tuple[str, ...]:
    """Those that the server opens with beside it, as far as they can be read."""
    named = [each.get_secret_value() for each in settings.secret_fallbacks]
    if settings.secret is None and settings.embedded:
        with suppress(OSError):
            named.append((settings.data_dir / FILE_BEFORE).read_text(encoding="utf-8").strip())
    return tuple(named)


def private_paths(settings: Settings) -> list[PathFacts]:
    """What only its owner should reach."""
    data_dir = settings.data_dir
    names = (FILE, FILE_BEFORE, "postgres.password", "postgres.log")
    paths = [data_dir, *(data_dir / name for name in names)]
    file = Path("doorstep.toml")
    if _holds_secrets(file):
        paths.append(file)
    return [_facts(path) for path in paths]


def free_bytes(place: Path) -> int:
    """What is free where that directory is or would be made."""
    there = next(each for each in (place.resolve(), *place.resolve().parents) if each.exists())
    return shutil.disk_usage(there).free


def memory_bytes() -> int:
    """The memory of this machine, or of the container if that has less."""
    total: int = psutil.virtual_memory().total
    try:
        return min(total, int(_LIMIT_OF_GROUP.read_text(encoding="ascii")))
    except (OSError, ValueError):  # no group, or "max"
        return total


def package_versions() -> tuple[Mapping[str, str | None], Mapping[str, str], str]:
    """Installed versions, the least that this Doorstep asks for, and its own version."""
    least = {match[1]: match[2] for need in metadata.requires("doorstep") or () if (match := _NEED.fullmatch(need))}
    return {name: _version(name) for name in least}, least, metadata.version("doorstep")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _facts(path: Path) -> PathFacts:
    try:
        found = path.stat()
    except OSError:
        return PathFacts(path, None)
    return PathFacts(
        path, stat.S_IMODE(found.st_mode), ours=found.st_uid == os.geteuid(), directory=stat.S_ISDIR(found.st_mode)
    )


def _holds_secrets(file: Path) -> bool:
    try:
        return bool(_HOLDS_SECRETS & set(tomllib.loads(file.read_text(encoding="utf-8"))))
    except (OSError, ValueError):
        return False
