"""QR codes as one path: the page draws it without markup from the server, a data address or a style."""

from itertools import groupby

import segno

_QUIET = 4
"""Modules of empty border (ISO/IEC 18004 section 9.1)."""


def drawn(text: str) -> tuple[int, str]:
    """The side of the square, border included, and the SVG path of its dark runs."""
    matrix = segno.make(text, error="m", micro=False).matrix
    path = "".join(
        f"M{start} {y}h{length}v1h-{length}z"
        for y, row in enumerate(matrix, start=_QUIET)
        for start, length in _dark_runs(row)
    )
    return len(matrix) + 2 * _QUIET, path


def _dark_runs(row: bytes | bytearray) -> list[tuple[int, int]]:
    runs, x = [], _QUIET
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            runs.append((x, length))
        x += length
    return runs
