"""A note beside the cluster while its server runs: which directory it is, so that a copy made meanwhile is noticed.

A copy of a running server's files may be torn: PostgreSQL starts on it and misses what was being written. A directory
has an inode number of its own, which a copy does not have, and a move or a snapshot of the whole disk keeps.
"""

from pathlib import Path

from doorstep.kit.startup import StartupRefused, refused_path

_NAME = "postgres.running"


def note_running(cluster: Path) -> None:
    """Note that the server of this cluster is about to run. Raises StartupRefused for a copy of one that ran."""
    note = cluster.with_name(_NAME)
    try:
        _require_no_copy(cluster, note)
        note.touch(mode=0o600)
        note.write_text(f"{cluster.stat().st_ino} {cluster}\n", encoding="utf-8", errors="surrogateescape")
    except OSError as cause:
        raise refused_path(cluster.parent, cause) from cause


def note_stopped(cluster: Path) -> None:
    """It has written everything and runs no more: a copy made from now on is whole."""
    cluster.with_name(_NAME).unlink(missing_ok=True)


def _require_no_copy(cluster: Path, note: Path) -> None:
    try:
        number, _, origin = note.read_text(encoding="utf-8", errors="surrogateescape").strip().partition(" ")
    except FileNotFoundError:
        return
    if number and number != str(cluster.stat().st_ino):
        raise StartupRefused(
            f"{cluster.parent} is a copy of {Path(origin).parent}, made while Doorstep ran there, and may be torn: "
            f"stop that one, and copy again. To start this copy all the same, remove {note}."
        )
