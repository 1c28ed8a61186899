"""The load generator: what it tells of an answer that comes late."""

import asyncio
from typing import Any

from bench.load import Run

STALL = 0.4
EVERY = 0.02
DUE_MEANWHILE = STALL * 3 / 4 / EVERY - 1
"""Those who were due in the first three quarters of it: they wait for a quarter of it or longer."""


async def seen(group: dict[str, Any]) -> list[float]:
    """Milliseconds of each answer of a server that keeps its first caller waiting for `STALL` seconds."""
    waits = iter([STALL])

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(next(waits, 0))
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        run = Run({"port": port, "seconds": 2 * STALL, "groups": [{"clients": [["GET / HTTP/1.1\r\n\r\n"]], **group}]})
        await run.go()
    assert {status for _, _, _, status, _ in run.seen} == {200}
    return [took for _, _, took, _, _ in run.seen]


def late(took: list[float]) -> int:
    return sum(milliseconds > STALL * 1000 / 4 for milliseconds in took)


async def test_on_schedule_everybody_who_was_due_meanwhile_has_waited() -> None:
    """A client that asks again only when it was answered would show one long wait among thousands of short ones."""
    took = await seen({"every": EVERY})
    assert late(took) >= DUE_MEANWHILE
    assert len(took) <= 2 * STALL / EVERY + 1, "no more than are due"


async def test_without_a_schedule_the_next_is_asked_when_the_last_was_answered() -> None:
    took = await seen({})
    assert took[0] >= STALL * 1000 - 1
    assert late(took) < DUE_MEANWHILE
