"""Which step a code belongs to, and how long setting up may take (RFC 6238). Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

STEP = 30
"""Seconds for which an app shows a code (RFC 6238 section 4.1)."""

DIGITS = 6
WINDOW = 1
"""Steps that a clock may be off, to either side (RFC 6238 section 5.2)."""

MOST_WRONG_CODES = 100
TOLD_EVERY = 5
"""Wrong codes in a row between two mails about them; at most one an hour."""
MOST_WHILE_SETTING_UP = 10
SETTING_UP = timedelta(minutes=15)


def step_at(now: datetime) -> int:
    """The number of the step that this moment lies in."""
    return int(now.timestamp()) // STEP


def acceptable_steps(now: datetime) -> range:
    """The steps whose codes are accepted now."""
    step = step_at(now)
    return range(step - WINDOW, step + WINDOW + 1)


def newest(matching: Iterable[int]) -> int | None:
    """The step to note as used; every older one is spent with it."""
    return max(matching, default=None)


def is_open(begun_at: datetime, now: datetime) -> bool:
    """Whether what began to be set up then may still be confirmed."""
    return now < begun_at + SETTING_UP
