"""StartupRefused: why Doorstep does not start, as one sentence that says what to do."""

import errno
from pathlib import Path

_REASONS = {
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.ENOTDIR: "part of its path is a file",
    errno.EEXIST: "a file is in its place",
}


class StartupRefused(Exception):  # noqa: N818 -- like Failure, it is a refusal and no accident
    """The start is refused. The command line prints the sentence and leaves with exit code 2, without a traceback."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def refused_path(path: Path, cause: OSError) -> StartupRefused:
    """The sentence for a data directory that cannot be used."""
    reason = _REASONS.get(cause.errno or 0, cause.strerror or "the system refuses it")
    mend = (
        "Make room there"
        if cause.errno in {errno.ENOSPC, errno.EDQUOT}
        else "Make it writable for this user, or name another directory with --data-dir or DOORSTEP_DATA_DIR"
    )
    return StartupRefused(f"Cannot keep data in {path}: {reason}. {mend}.")
