"""Tables in print: as wide as the terminal, or as wide as they need to be where there is none."""

import sys

from rich.console import Console

_UNWRAPPED = 200  # columns where there is no terminal: a file has no right edge


def console() -> Console:
    """Where tables are printed: standard output."""
    return Console(width=None if sys.stdout.isatty() else _UNWRAPPED, highlight=False)
