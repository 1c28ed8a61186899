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

    `ask` answers many (what it leaves out has no answer). One question is under way at a time, so that what comes
    meanwhile gathers; when it takes longer than `patience` seconds (a slow commit, a connection that hangs) another
    sets out beside it, `most` at once. A question has at most `largest` keys.
    """

    def __init__(
        self,
        ask: Callable[[list[K]], Awaitable[Mapping[K, V]]],
        *,
        most: int = 4,
        patience: float = 0.05,
        largest: int = 64,
    ) -> None:
        self._ask = ask
        self._most = most
        self._patience = patience
        self._largest = largest
        self._waiting: list[tuple[K, asyncio.Future[V | None]]] = []
        self._next: asyncio.Handle | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V | None:
        """The answer for this key, or None when there is none. Raises what `ask` raises."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, answer))
        if self._next is None:
            self._plan()
        return await answer

    def _plan(self) -> None:
        loop = asyncio.get_running_loop()
        if self._under_way:
            self._next = loop.call_later(self._patience, self._set_out)
        else:
            self._next = loop.call_soon(self._set_out)  # after all that is ready to run by now

    def _set_out(self) -> None:
        self._next = None
        if len(self._under_way) < self._most:
            asked, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
            task = asyncio.get_running_loop().create_task(self._answer(asked))
            self._under_way.add(task)
            task.add_done_callback(self._arrived)
            if self._waiting:
                self._plan()

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._waiting:
            self._set_out()

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
