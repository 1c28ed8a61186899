"""A short way to the socket: its address holds about a hundred bytes, and a data directory's path may be longer."""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from doorstep.kit.startup import StartupRefused, refused_path

_LONGEST_ADDRESS = 103  # bytes, the least of Linux (107) and macOS (103)
_SOCKET = ".s.PGSQL.5432"
SOCKET_LOCK = f"{_SOCKET}.lock"
"""Names the process that listens on it."""


def reachable_directory(cluster: Path) -> Path:
    """The directory to name as `host`: the cluster, or a link to it in a private directory when its path is too long.

    A comma separates hosts in a libpq URL, so such a path needs the link too. Raises StartupRefused.
    """
    if len(os.fsencode(cluster / _SOCKET)) <= _LONGEST_ADDRESS and "," not in str(cluster):
        return cluster
    folder = Path(tempfile.gettempdir()) / f"doorstep-{os.geteuid()}"
    link = folder / hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or stat.S_IMODE(facts.st_mode) & 0o077:
            raise StartupRefused(f"{folder} belongs to somebody else: remove it, or name a shorter data directory.")
        with suppress(FileExistsError):
            link.symlink_to(cluster)
    except OSError as cause:
        raise refused_path(folder, cause) from cause
    return link
