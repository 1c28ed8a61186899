"""A line of bytes as fields: one JSON object, or the cells of a CSV line under the names of the first one.

In CSV, too, a user is one line: no field of ours holds a line break, and a quotation mark that is never closed then
costs its own line and not the rest of the file.
"""

import csv
from collections.abc import Callable, Sequence
from typing import TypeAlias

from doorstep.imports.models import FIELDS, Reason
from doorstep.imports.policy import Fields
from doorstep.kit.json_reader import NotJsonError, read_object

LONGEST_LINE = 16_384
_OTHER_SIGNS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}
BOM = b"\xef\xbb\xbf"

Read: TypeAlias = Callable[[bytes], Fields | Reason]


def json_fields(line: bytes) -> Fields | Reason:
    """The fields of a JSON object."""
    try:
        return read_object(line)
    except UnicodeDecodeError:
        return Reason.NOT_UTF8
    except NotJsonError:
        return Reason.NOT_JSON


def csv_cells(line: bytes) -> Sequence[str] | Reason:
    """The cells of a CSV line (RFC 4180, commas)."""
    try:
        rows = list(csv.reader([line.decode()], strict=True))
    except UnicodeDecodeError:
        return Reason.NOT_UTF8
    except csv.Error:
        return Reason.NOT_CSV
    return rows[0] if len(rows) == 1 else Reason.NOT_CSV


def csv_reader(names: Sequence[str]) -> Read:
    """Reads lines under these names."""

    def fields(line: bytes) -> Fields | Reason:
        cells = csv_cells(line)
        if isinstance(cells, Reason):
            return cells
        return dict(zip(names, cells, strict=True)) if len(cells) == len(names) else Reason.NOT_CSV

    return fields


def csv_names(line: bytes) -> Sequence[str]:
    """The names in the first line of a CSV file. Raises ValueError with a sentence that quotes nothing of it."""
    cells = csv_cells(line)
    names = [] if isinstance(cells, Reason) else [cell.strip().lower() for cell in cells]
    if len(names) == 1 and (other := next((sign for sign in _OTHER_SIGNS if sign in names[0]), None)):
        raise ValueError(f"its columns are separated by {_OTHER_SIGNS[other]}: save it as CSV with commas")
    strange = [number for number, name in enumerate(names, 1) if name not in FIELDS]
    if "email" not in names or strange:
        where = f"; column {strange[0]} is none of ours" if strange else ""
        raise ValueError(f"its first line must name the columns, `email` and any of {', '.join(FIELDS[1:])}{where}")
    if len(set(names)) != len(names):
        raise ValueError("its first line names a column twice")
    return names
