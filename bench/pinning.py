"""Which core a process runs on: the server has the first, the load generator and PostgreSQL have the last."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

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


@contextmanager
def placed(server: psutil.Process) -> Iterator[None]:
    """Have a running server's event loop on the first core and what it has started on the last, for the block."""
    if not CAN_PIN:
        yield
        return
    _place(server, [_CORES[0]], [_CORES[-1]])
    try:
        yield
    finally:
        _place(server, _CORES, _CORES)


def _place(server: psutil.Process, loop: list[int], started: list[int]) -> None:
    server.cpu_affinity(loop)  # of its first thread, which is the loop's; those that hash keep theirs
    for process in server.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            process.cpu_affinity(started)
