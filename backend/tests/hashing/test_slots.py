"""The bound on hashing: slots, queue, refusal, cancellation, priority. Real threads, held by events."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from doorstep.kit.hash_slots import Busy, Slots, processor_cores

PATIENCE = 10


class Gate:
    """Work that says when it has begun and ends when it is let through."""

    def __init__(self) -> None:
        self._begun = threading.Semaphore(0)
        self._open = threading.Event()
        self._lock = threading.Lock()
        self._now = 0
        self.most_at_once = 0
        self.passed: list[int] = []

    def work(self, number: int) -> Callable[[], int]:
        def job() -> int:
            with self._lock:
                self._now += 1
                self.most_at_once = max(self.most_at_once, self._now)
            self._begun.release()
            assert self._open.wait(PATIENCE)
            with self._lock:
                self._now -= 1
                self.passed.append(number)
            return number

        return job

    async def begun(self, count: int) -> None:
        for _ in range(count):
            assert await asyncio.to_thread(self._begun.acquire, timeout=PATIENCE)

    def open(self) -> None:
        self._open.set()


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    held = Gate()
    yield held
    held.open()


@pytest.fixture
async def slots(gate: Gate) -> AsyncIterator[Slots]:
    made = Slots("test", slots=2, queue=3)
    yield made
    gate.open()
    made.close()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 -- one turn of the loop at a time; no clock is involved
            await asyncio.sleep(0)


async def test_never_more_at_once_than_slots_and_all_are_answered_in_order(slots: Slots, gate: Gate) -> None:
    tasks = [asyncio.create_task(slots.run(gate.work(number))) for number in range(5)]
    await gate.begun(2)
    assert (slots.running, slots.waiting) == (2, 3)
    gate.open()
    async with asyncio.timeout(PATIENCE):
        assert await asyncio.gather(*tasks) == [0, 1, 2, 3, 4]
    assert gate.most_at_once == 2
    await _until(lambda: slots.running == 0)
    assert slots.waiting == 0


async def test_past_the_queue_busy_is_said_without_waiting_for_any_work(slots: Slots, gate: Gate) -> None:
    tasks = [asyncio.create_task(slots.run(gate.work(number))) for number in range(5)]
    await gate.begun(2)
    # The gate is shut: an answer that waited for a slot would never come, and this one needs not even another turn.
    refused = slots.run(gate.work(99))
    with pytest.raises(Busy) as caught:
        refused.send(None)
    assert caught.value.status == 503
    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 1
    gate.open()
    await asyncio.gather(*tasks)
    assert 99 not in gate.passed


async def test_retry_after_grows_with_the_work_that_is_here(gate: Gate) -> None:
    slots = Slots("test", slots=1, queue=9, expected_seconds=2)
    tasks = [asyncio.create_task(slots.run(gate.work(number))) for number in range(10)]
    await gate.begun(1)
    with pytest.raises(Busy) as caught:
        await slots.run(gate.work(99))
    assert caught.value.retry_after == 20
    gate.open()
    await asyncio.gather(*tasks)
    slots.close()


async def test_a_caller_that_goes_away_leaves_the_queue_and_costs_nothing(slots: Slots, gate: Gate) -> None:
    tasks = [asyncio.create_task(slots.run(gate.work(number))) for number in range(5)]
    await gate.begun(2)
    tasks[3].cancel()
    await _until(lambda: slots.waiting == 2)
    late = asyncio.create_task(slots.run(gate.work(5)))
    await _until(lambda: slots.waiting == 3)
    gate.open()
    results = await asyncio.gather(*tasks, late, return_exceptions=True)
    assert isinstance(results[3], asyncio.CancelledError)
    assert sorted(gate.passed) == [0, 1, 2, 4, 5]


async def test_work_that_has_begun_keeps_its_slot_when_the_caller_goes_away(slots: Slots, gate: Gate) -> None:
    tasks = [asyncio.create_task(slots.run(gate.work(number))) for number in range(2)]
    await gate.begun(2)
    tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert slots.running == 2
    gate.open()
    await tasks[1]
    await _until(lambda: slots.running == 0)


async def test_a_slot_handed_to_a_caller_that_goes_away_at_that_moment_is_passed_on(gate: Gate) -> None:
    slots = Slots("test", slots=1, queue=3)
    first = asyncio.create_task(slots.run(gate.work(0)))
    await gate.begun(1)
    second = asyncio.create_task(slots.run(gate.work(1)))
    third = asyncio.create_task(slots.run(gate.work(2)))
    await _until(lambda: slots.waiting == 2)
    gate.open()
    # The turn of the second is given in this very step of the loop; it is cancelled before it can take it.
    await _until(lambda: slots.waiting == 1)
    second.cancel()
    async with asyncio.timeout(PATIENCE):
        assert await first == 0
        assert await third == 2
    with pytest.raises(asyncio.CancelledError):
        await second
    await _until(lambda: slots.running == 0)
    slots.close()


async def test_everybody_leaving_at_once_leaves_the_slots_free(slots: Slots, gate: Gate) -> None:
    tasks = [asyncio.create_task(slots.run(gate.work(number))) for number in range(5)]
    await gate.begun(2)
    for task in tasks:
        task.cancel()
    gate.open()
    await asyncio.gather(*tasks, return_exceptions=True)
    await _until(lambda: (slots.running, slots.waiting) == (0, 0))
    assert await slots.run(lambda: "free") == "free"


async def test_a_failure_of_the_work_reaches_its_caller_and_frees_the_slot(slots: Slots) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    for _ in range(6):
        with pytest.raises(ZeroDivisionError):
            await slots.run(fail)
    await _until(lambda: slots.running == 0)


async def test_close_refuses_who_waits_and_who_comes_later(gate: Gate) -> None:
    slots = Slots("test", slots=1, queue=3)
    running = asyncio.create_task(slots.run(gate.work(0)))
    await gate.begun(1)
    waiting = asyncio.create_task(slots.run(gate.work(1)))
    await _until(lambda: slots.waiting == 1)
    gate.open()
    slots.close()
    with pytest.raises(Busy):
        await waiting
    with pytest.raises(Busy):
        await slots.run(gate.work(2))
    assert await running == 0
    assert gate.passed == [0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
@pytest.mark.asvs("v5.0.0-15.4.4")
async def test_the_threads_stand_below_the_event_loop(slots: Slots) -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    usual = priority()
    assert await slots.run(priority) == min(usual + 10, 19)
    assert priority() == usual


def test_there_is_at_least_one_core() -> None:
    assert 1 <= processor_cores() <= (os.cpu_count() or 1)


async def in_place(slots: Slots, work: Callable[[], int], *, ahead: bool) -> int:
    with slots.place(ahead=ahead) as place:
        return await slots.run(work, place)


async def test_somebody_known_goes_before_the_crowd_and_has_room_when_that_has_none(gate: Gate) -> None:
    slots = Slots("test", slots=1, queue=8)
    crowd = [asyncio.create_task(slots.run(gate.work(number))) for number in range(9)]
    await gate.begun(1)
    with pytest.raises(Busy):
        await slots.run(gate.work(99))
    known = asyncio.create_task(in_place(slots, gate.work(42), ahead=True))
    await _until(lambda: slots.waiting == 9)
    gate.open()
    await asyncio.gather(*crowd, known)
    assert gate.passed == [0, 42, 1, 2, 3, 4, 5, 6, 7, 8]
    slots.close()


async def test_a_crowd_of_known_callers_leaves_every_fourth_turn_to_the_others(gate: Gate) -> None:
    slots = Slots("test", slots=1, queue=40)
    tasks = [asyncio.create_task(slots.run(gate.work(number))) for number in range(3)]
    await gate.begun(1)
    tasks += [asyncio.create_task(in_place(slots, gate.work(100 + number), ahead=True)) for number in range(7)]
    await _until(lambda: slots.waiting == 9)
    gate.open()
    await asyncio.gather(*tasks)
    assert gate.passed == [0, 100, 101, 102, 1, 103, 104, 105, 2, 106]
    slots.close()


async def test_places_of_known_callers_are_bounded_too(gate: Gate) -> None:
    slots = Slots("test", slots=1, queue=4)
    tasks = [asyncio.create_task(in_place(slots, gate.work(number), ahead=True)) for number in range(7)]
    await gate.begun(1)
    await _until(lambda: slots.waiting == 6)  # two places of their own, five of the others'
    with pytest.raises(Busy), slots.place(ahead=True):
        raise AssertionError("there was no room")
    gate.open()
    await asyncio.gather(*tasks)
    with slots.place(), slots.place(ahead=True):
        assert slots.running <= 1
    slots.close()


async def test_who_turns_out_not_to_be_known_stands_with_the_others(gate: Gate) -> None:
    slots = Slots("test", slots=1, queue=1)
    with slots.place(), slots.place(), slots.place(ahead=True) as hopeful:
        with pytest.raises(Busy) as caught:
            slots.fall_back(hopeful)
        assert caught.value.retry_after == 1
    with slots.place(), slots.place(ahead=True) as hopeful:
        slots.fall_back(hopeful)
        with pytest.raises(Busy), slots.place():
            raise AssertionError("there was no room")
        with slots.place(ahead=True):
            pass
    slots.close()


async def test_a_place_is_given_back_however_it_ends(gate: Gate) -> None:
    slots = Slots("test", slots=1, queue=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), slots.place():
            raise ZeroDivisionError
    assert await slots.run(lambda: "free") == "free"
    slots.close()
