"""Which core a process runs on: the server has the first, the load generator and PostgreSQL have the last."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

CAN_PIN = hasattr(os, "sched_setaffinity")
"""Only Linux lets a process choose. Elsewhere all share all cores, and the figures say less."""


# Looked up before anything is pinned.
_CORES = sorted(os.sched_getaffinity(0)) if CAN_PIN else list(range(os.cpu_count() or 1))


def cores() -> list[int]:
    """The cores that might be used when this process began."""
    return _CORES


def pin(core: int) -> None:
    """Let the calling thread, and what it starts from now on, run on this core only."""
    if CAN_PIN:
        os.sched_setaffinity(0, {core})


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Pin what is started while the block runs; None pins nothing."""
    if core is None or not CAN_PIN:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
