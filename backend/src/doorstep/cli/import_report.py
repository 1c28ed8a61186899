"""The lines that were not imported: a few on the screen, all of them in the file of --refused."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from rich.console import Console

from doorstep.imports.models import NotImported
from doorstep.kit.startup import StartupRefused

_SHOWN = 20
_OWNER_ONLY = 0o600


class ImportReport:
    """Writes one JSON object a line: number, reason, sentence. Nothing of the line itself is in it.

    `console` is the one that has the bar. Raises StartupRefused when `path` is something else already, or cannot be
    written.
    """

    def __init__(self, path: Path | None, source: Path, console: Console) -> None:
        self._path = path
        self._console = console
        self._file: BinaryIO | None = None
        self._shown = 0
        if path is None:
            return
        if path.exists() and path.samefile(source):
            raise StartupRefused("--refused names the file that is to be imported.")
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, _OWNER_ONLY)
            self._file = os.fdopen(descriptor, "r+b")
        except (OSError, ValueError) as error:
            raise StartupRefused(f"{path} cannot be written: {getattr(error, 'strerror', error)}.") from error
        if (first := self._file.readline()) and _number(first) is None:
            self._file.close()
            raise StartupRefused(f"{path} is there already and no report of an import: name another with --refused.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def require_empty(self) -> None:
        """Pass when it says nothing yet. Raises StartupRefused: an import that is to go on goes on in its report."""
        if self._file is not None and os.fstat(self._file.fileno()).st_size:
            raise StartupRefused(
                f"{self._path} may be the report of the import of this file, which was interrupted: "
                "name another with --refused, or let the import come to its end first."
            )

    def go_on_behind(self, lines: int) -> None:
        """Keep what it says about the first `lines` lines: what follows was told, and then not committed."""
        if self._file is None:
            return
        self._file.seek(0)
        end = 0
        for entry in self._file:
            if (number := _number(entry)) is None or number > lines:
                break
            end += len(entry)
        self._file.seek(end)
        self._file.truncate()

    def tell(self, not_imported: Sequence[NotImported]) -> None:
        """Add these lines, on the disk before the caller goes on."""
        for each in not_imported[: _SHOWN - self._shown]:
            self._console.print(f"line {each.line}: {sentence(each)}", markup=False, highlight=False, soft_wrap=True)
        self._shown = min(_SHOWN, self._shown + len(not_imported))
        if self._file is None or not not_imported:
            return
        self._file.write(b"".join(_entry(each) for each in not_imported))
        self._file.flush()
        os.fsync(self._file.fileno())

    def where(self) -> str:
        """One sentence about where to look."""
        if self._path is None:
            return "--refused FILE writes all of these lines' numbers and reasons to a file."
        return f"All of these lines' numbers and reasons are in {self._path}."


def sentence(each: NotImported) -> str:
    """Why a line was not imported."""
    if each.first_line is not None:
        return f"Line {each.first_line} of this file has the same e-mail or id."
    return each.refusal.sentence


def _entry(each: NotImported) -> bytes:
    told: dict[str, object] = {"line": each.line, "reason": each.reason, "message": sentence(each)}
    if each.first_line is not None:
        told["first_line"] = each.first_line
    return json.dumps(told).encode() + b"\n"


def _number(entry: bytes) -> int | None:
    """The line that an entry of a report is about; None when it is no such entry."""
    try:
        number = json.loads(entry)["line"] if entry.endswith(b"\n") else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return number if isinstance(number, int) else None
