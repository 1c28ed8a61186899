"""Waiting for a condition with a deadline, never for a time to pass."""

import time
from collections.abc import Callable
from typing import TypeVar

Told = TypeVar("Told")


def wait_for(condition: Callable[[], Told | None], what: str, seconds: float = 30) -> Told:
    """Ask until the answer is truthy, and return it. Raises AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        told = condition()
        if told:
            return told
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)
