"""Slots: a bounded number of threads for work that keeps a processor busy, and a bounded queue before them.

Who may start, who waits and who is refused is decided on the event loop, without a lock and at once: a flood is
answered with `busy` by the loop itself, and a caller that went away leaves the queue without costing a hash.
"""

import asyncio
import contextlib
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from doorstep.failure import Failure
from doorstep.kit.hash_queue import Place, Queue

T = TypeVar("T")

# How far below the event loop the threads stand (nice values; the loop's share of a contended core is then about 9:1).
_STEPS_BACK = 10
_LOWEST_PRIORITY = 19
# The weight of the newest duration in the running mean that Retry-After is computed from.
_NEWEST = 0.2
# Places for known callers, as a part of the queue's.
_SHARE_AHEAD = 4


class Busy(Failure):
    """More work is waiting than can be done in time; nothing was begun."""

    status = 503
    code = "busy"
    title = "We are very busy just now. Please try again in a moment."


def processor_cores() -> int:
    """The cores that this process may use, at least 1."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def step_back() -> None:
    """Put the calling thread below the rest of the process. Only Linux has priorities of threads."""
    if sys.platform == "linux":
        usual = os.getpriority(os.PRIO_PROCESS, 0)
        lower = min(usual + _STEPS_BACK, _LOWEST_PRIORITY)
        # A sandbox may forbid it; the work then competes with the event loop, which is slower and not wrong.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), lower)


class Slots:
    """At most `slots` pieces of work at once, each in a thread, and at most `queue` waiting.

    A quarter of the queue, and as many places as slots, are there besides for callers that are known (`ahead`).
    All calls come from one event loop. `expected_seconds` is how long a piece of work takes before any was measured.
    `low_priority` is right for work that lets go of the interpreter lock, as hashing does; a thread of low priority
    that keeps the lock would make the event loop wait for its turn.
    """

    def __init__(
        self, name: str, *, slots: int, queue: int, expected_seconds: float = 0.05, low_priority: bool = True
    ) -> None:
        self.slots = slots
        self._queue = Queue(places=slots + queue, places_ahead=slots + queue // _SHARE_AHEAD)
        self._seconds = expected_seconds
        self._running = 0
        self._closed = False
        self._threads = ThreadPoolExecutor(
            slots, thread_name_prefix=name, initializer=step_back if low_priority else None
        )

    @property
    def running(self) -> int:
        """Slots that are taken."""
        return self._running

    @property
    def waiting(self) -> int:
        """Callers in the queue."""
        return self._queue.waiting

    @contextlib.contextmanager
    def place(self, *, ahead: bool = False) -> Iterator[Place]:
        """A place while the block runs, so that who is let in is not refused later. Raises Busy at once without one.

        `ahead` asks for one of the places of callers that are known.
        """
        place = self._queue.enter(ahead=ahead)
        if place is None:
            raise Busy(retry_after=self._seconds_until_room())
        try:
            yield place
        finally:
            self._queue.leave(place)

    def fall_back(self, place: Place) -> None:
        """Stand with the others: whoever has this place is not known after all. Raises Busy when there is no room."""
        if not self._queue.fall_back(place):
            raise Busy(retry_after=self._seconds_until_room())

    async def run(self, work: Callable[[], T], place: Place | None = None) -> T:
        """The result of `work`, computed in a slot. Without a place it takes one, or raises Busy at once.

        A caller that is cancelled while waiting leaves the queue; work that has begun runs to its end and keeps its
        slot until then, so that the bound on memory holds.
        """
        if place is None:
            with self.place() as own:
                return await self.run(work, own)
        await self._take_slot(place)
        if self._closed:
            raise Busy(retry_after=1)
        loop = asyncio.get_running_loop()
        begun = time.perf_counter()

        def give_back(_: Future[T]) -> None:
            # Runs in the thread. A loop that was closed meanwhile has no slots to give.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._give_slot_back, time.perf_counter() - begun)

        job = self._threads.submit(work)
        job.add_done_callback(give_back)
        return await asyncio.wrap_future(job)

    def close(self) -> None:
        """Refuse who waits, wait for the work under way (a hash: tens of milliseconds), end the threads."""
        self._closed = True
        while (turn := self._queue.next()) is not None:
            turn.set_exception(Busy(retry_after=1))
        self._threads.shutdown(wait=True)

    async def _take_slot(self, place: Place) -> None:
        if self._running < self.slots:
            self._running += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._queue.wait(turn, place)
        try:
            await turn
        except asyncio.CancelledError:
            if not self._queue.forget(turn, place) and not turn.cancelled() and turn.exception() is None:
                self._pass_slot_on()  # the slot was handed over in the same moment
            raise

    def _give_slot_back(self, seconds: float) -> None:
        self._seconds += (seconds - self._seconds) * _NEWEST
        self._pass_slot_on()

    def _pass_slot_on(self) -> None:
        turn = self._queue.next()
        if turn is None:
            self._running -= 1
        else:
            turn.set_result(None)

    def _seconds_until_room(self) -> int:
        """When the work that is here now will be done, in whole seconds, at least 1."""
        return max(1, math.ceil((self._running + self.waiting) * self._seconds / self.slots))
