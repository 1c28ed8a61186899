"""Keeping the embedded PostgreSQL alive: when it dies while we serve, it is started again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from doorstep.kit.embedded import EmbeddedPostgres
from doorstep.kit.startup import StartupRefused

_LOOK_EVERY = 0.25  # seconds
_LONGEST_PAUSE = 5.0
_log = structlog.get_logger(__name__)


@contextmanager
def kept_alive(postgres: EmbeddedPostgres) -> Iterator[None]:
    """While the block runs, a thread looks after the server and starts it again, at growing intervals of up to 5 s."""
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(postgres, done), name="embedded-postgresql", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _keep(postgres: EmbeddedPostgres, done: threading.Event) -> None:
    pause = _LOOK_EVERY
    while not done.wait(pause):
        if postgres.running():
            pause = _LOOK_EVERY
            continue
        _log.warning("embedded postgresql died, starting it again")
        try:
            postgres.revive()
        except StartupRefused as refusal:
            _log.error("embedded postgresql not started", reason=refusal.sentence)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            pause = _LOOK_EVERY
            _log.info("embedded postgresql runs again")
