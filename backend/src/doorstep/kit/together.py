"""Asking once for all who ask in the same moment.

A server that is busy serves several requests in one turn of its event loop. What each of them asks for by key goes to
the database in one statement; a request that comes alone goes alone, and no later than it would have gone. Nothing is
remembered: every answer was asked for after the question.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Together(Generic[K, V]):
    """Turns questions by key into questions by many keys.

    `ask` answers many (what it leaves out has no answer). At most `under_way` of them run at once, so that what comes
    meanwhile gathers; a question has at most `largest` keys.
    """

    def __init__(
        self, ask: Callable[[list[K]], Awaitable[Mapping[K, V]]], *, under_way: int = 2, largest: int = 64
    ) -> None:
        self._ask = ask
        self._free = under_way
        self._largest = largest
        self._waiting: list[tuple[K, asyncio.Future[V | None]]] = []
        self._called = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V | None:
        """The answer for this key, or None when there is none. Raises what `ask` raises."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[V | None] = loop.create_future()
        self._waiting.append((key, answer))
        if self._free and not self._called:
            self._called = True
            loop.call_soon(self._set_out)  # after all that is ready to run by now
        return await answer

    def _set_out(self) -> None:
        self._called = False
        while self._free and self._waiting:
            asked, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
            self._free -= 1
            task = asyncio.get_running_loop().create_task(self._answer(asked))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, asked: list[tuple[K, asyncio.Future[V | None]]]) -> None:
        try:
            found = await self._ask([key for key, _ in asked])
        except Exception as error:  # noqa: BLE001 -- it is raised where the question was asked
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(error)
        else:
            for key, answer in asked:
                if not answer.done():
                    answer.set_result(found.get(key))
        finally:
            for _, answer in asked:
                answer.cancel()  # only what is still open: the process ends
            self._free += 1
            self._set_out()
