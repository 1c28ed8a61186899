"""Being asked to stop: Ctrl-C, SIGTERM and a closed terminal all unwind the program, and nothing is left running."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in SIGNALS:  # asked once is enough; a second Ctrl-C must not cut the tidying short
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


@contextmanager
def until_stopped() -> Iterator[None]:
    """Run the block to its end or until a signal; what it opened is closed either way."""
    before = {number: signal.signal(number, _stop) for number in SIGNALS}
    try:
        yield
    except Stopped:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
