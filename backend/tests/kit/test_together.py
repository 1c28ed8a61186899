"""Those who ask in the same moment are asked for together, each gets their own answer, and nothing is remembered."""

import asyncio

import pytest

from doorstep.kit.together import Together


class Desk:
    """Answers questions when it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.known = {number: f"number {number}" for number in range(100)}
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def answer(self, keys: list[int]) -> dict[int, str]:
        self.asked.append(keys)
        found = {key: self.known[key] for key in keys if key in self.known}
        await self.go_on.wait()
        return found


async def turn() -> None:
    for _ in range(6):
        await asyncio.sleep(0)


async def test_what_comes_in_one_moment_is_asked_at_once_and_answered_to_each() -> None:
    desk = Desk()
    together = Together(desk.answer)
    answers = await asyncio.gather(*(together.get(number) for number in (7, 1, 200, 7, 3)))
    assert answers == ["number 7", "number 1", None, "number 7", "number 3"]
    assert desk.asked == [[7, 1, 200, 7, 3]]
    assert await together.get(5) == "number 5"
    assert desk.asked[1:] == [[5]]


async def test_an_answer_is_asked_for_after_the_question() -> None:
    """What is under way already may have been read before a change that the second asker knows of."""
    desk = Desk()
    together = Together(desk.answer)
    desk.go_on.clear()
    before = asyncio.create_task(together.get(1))
    await turn()
    del desk.known[1]
    after = asyncio.create_task(together.get(1))
    await turn()
    desk.go_on.set()
    assert (await before, await after) == ("number 1", None)


async def test_what_comes_meanwhile_gathers_and_no_question_is_too_long() -> None:
    desk = Desk()
    together = Together(desk.answer, patience=3600, largest=3)
    desk.go_on.clear()
    early = [asyncio.create_task(together.get(number)) for number in range(2)]
    await turn()
    late = [asyncio.create_task(together.get(number)) for number in range(2, 9)]
    await turn()
    assert desk.asked == [[0, 1]]
    desk.go_on.set()
    assert await asyncio.gather(*early, *late) == [f"number {number}" for number in range(9)]
    assert desk.asked[1:] == [[2, 3, 4], [5, 6, 7], [8]]


async def test_a_question_that_hangs_holds_the_others_up_no_longer_than_patience() -> None:
    desk = Desk()
    together = Together(desk.answer, most=3, patience=0)
    desk.go_on.clear()
    asked = []
    for number in range(5):
        asked.append(asyncio.create_task(together.get(number)))
        await turn()
    assert desk.asked == [[0], [1], [2]]  # no more than that at once
    desk.go_on.set()
    assert await asyncio.gather(*asked) == [f"number {number}" for number in range(5)]
    assert desk.asked[3:] == [[3, 4]]


async def test_a_failure_reaches_all_who_asked_and_nobody_after() -> None:
    desk = Desk()
    failing = True

    async def answer(keys: list[int]) -> dict[int, str]:
        if failing:
            raise OSError("the line is dead")
        return await desk.answer(keys)

    together = Together(answer)
    told = await asyncio.gather(together.get(1), together.get(2), return_exceptions=True)
    assert [str(failure) for failure in told] == ["the line is dead"] * 2
    failing = False
    assert await together.get(1) == "number 1"


async def test_who_leaves_harms_nobody() -> None:
    desk = Desk()
    together = Together(desk.answer)
    leaving, staying = asyncio.create_task(together.get(1)), asyncio.create_task(together.get(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "number 2"
    with pytest.raises(asyncio.CancelledError):
        await leaving
