"""Files and directories that only their owner may read: the data directory and the secrets in it."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from doorstep.kit.startup import StartupRefused, refused_path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private_directory(path: Path) -> Path:
    """The directory, made with mode 0700 where it is missing; its absolute path. Raises StartupRefused."""
    try:
        make_private(path)
        probe = path / f".writable-{token_hex(8)}"
        probe.touch(mode=0o600, exist_ok=False)
        probe.unlink()
        return path.resolve()
    except OSError as cause:
        raise refused_path(path, cause) from cause


def make_private(path: Path) -> None:
    """Make the directory and the parents that are missing, each closed to others from its first moment.

    `Path.mkdir` with `parents` gives its mode to the last one only. Raises OSError.
    """
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def read_or_make(path: Path, fresh: str) -> str:
    """The one line kept in a private file; `fresh` is kept when there is none yet, with mode 0600.

    Two starts at once end with the same line: the file appears whole or not at all, and the first wins.
    Raises StartupRefused when others may read the file or it cannot be kept.
    """
    try:
        if not path.exists():
            _write_once(path, fresh)
        return _read(path)
    except OSError as cause:
        raise refused_path(path.parent, cause) from cause


def read_private(path: Path) -> str | None:
    """The one line kept in a private file; None without one. Raises StartupRefused as `read_or_make`."""
    try:
        return _read(path)
    except FileNotFoundError:
        return None
    except OSError as cause:
        raise refused_path(path.parent, cause) from cause


def _read(path: Path) -> str:
    if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
        raise StartupRefused(f"Others on this machine may read {path}: run `chmod 600 {path}` and start again.")
    return path.read_text(encoding="utf-8").strip()


def _write_once(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}-{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
