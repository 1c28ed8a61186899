"""The file of an import: what it is, what it holds line by line, and a name by which it is known again."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Literal, TypeAlias

from doorstep.imports.models import Reason
from doorstep.imports.policy import Fields
from doorstep.imports.records import BOM, LONGEST_LINE, Read, csv_names, csv_reader, json_fields
from doorstep.kit.bounded_lines import bounded_lines
from doorstep.kit.startup import StartupRefused

Format: TypeAlias = Literal["csv", "jsonl"]
_ENDINGS: dict[str, Format] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_BEGINNING = 512
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that was read: its number, where the next one begins, and its fields, or why it has none."""

    line: int
    end: int
    fields: Fields | Reason


@dataclass(frozen=True, slots=True)
class Source:
    """An open file. `fingerprint` is its SHA-256: a file that was changed is another file."""

    file: "BufferedReader[FileIO]"
    size: int
    fingerprint: bytes
    read: Read
    first_offset: int
    first_line: int

    def records(self, offset: int, lines: int) -> Iterator[Entry]:
        """What is in the file behind `offset` bytes and `lines` lines; from its beginning where they are 0.

        Lines without anything in them are passed over.
        """
        if offset < self.first_offset:
            offset, lines = self.first_offset, self.first_line
        self.file.seek(offset)
        for line in bounded_lines(self.file, LONGEST_LINE, lines):
            if line.content is None:
                yield Entry(line.number, line.end, Reason.TOO_LONG)
            elif line.content.strip():
                yield Entry(line.number, line.end, self.read(line.content))


@contextmanager
def opened(path: Path, form: Format | None) -> Iterator[Source]:
    """The file while the block runs. Raises StartupRefused when it is none that could be imported."""
    kind = form or _ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise StartupRefused(f"{path} ends neither in .csv nor in .jsonl: say which it is with --format.")
    try:
        # Not waiting: opening a named pipe would, for ever.
        file = BufferedReader(FileIO(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)), 1 << 20)
    except OSError as error:
        raise StartupRefused(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise StartupRefused(f"{path} is no file.")
        yield _source(path, file, about.st_size, kind)


def _require_a_line_each(path: Path, file: "BufferedReader[FileIO]", start: int) -> None:
    """Pass where the beginning looks like one object a line. Raises StartupRefused with what makes it that."""
    file.seek(start)
    first = file.read(_BEGINNING).lstrip()
    told = f"{path} holds more than one line for a user: write one JSON object a line, by"
    if first.startswith(b"["):
        raise StartupRefused(f"{told} jq -c '.[]' {path}")
    if first.startswith(b"{") and not first[1:].lstrip(b" \t\r").startswith((b'"', b"}")):
        raise StartupRefused(f"{told} jq -c . {path}")


def _source(path: Path, file: "BufferedReader[FileIO]", size: int, kind: Format) -> Source:
    fingerprint = hashlib.file_digest(file, "sha256").digest()
    file.seek(0)
    beginning = file.read(len(BOM))
    if beginning.startswith(_UTF16):
        raise StartupRefused(f"{path} is UTF-16: save it as UTF-8.")
    start = len(BOM) if beginning == BOM else 0
    if kind == "jsonl":
        _require_a_line_each(path, file, start)
        return Source(file, size, fingerprint, json_fields, start, 0)
    file.seek(start)
    first = next(bounded_lines(file, LONGEST_LINE), None)
    try:
        names = csv_names(first.content or b"" if first else b"")
    except ValueError as error:
        raise StartupRefused(f"{path} cannot be imported: {error}.") from error
    return Source(file, size, fingerprint, csv_reader(names), first.end if first else 0, 1)
