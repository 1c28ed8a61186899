"""The load generator: a process of its own, pinned to one core, with bare HTTP/1.1 over keep-alive connections.

Reads a plan (JSON) from standard input and writes what happened (JSON) to standard output. It talks to 127.0.0.1 only,
and stops after the plan's seconds or its bound on requests, whichever comes first.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from random import random
from typing import Any, Final, cast

import uvloop

from bench.pinning import pin

MOST_REQUESTS: Final = 200_000
MOST_SECONDS: Final = 120.0
NUMBER: Final = b"@NUMBER@"
NETWORK: Final = b"@NETWORK@"
"""Places in a request that each sending fills anew: an eight-digit number, and a network address made from it."""

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_RETRY = b"\r\nretry-after:"


@dataclass
class Answer:
    """A status, and whether it said when to come again."""

    status: int
    retry_after: bool


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request under way."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class, which does not say so

    def data_received(self, data: bytes) -> None:
        """Gather until the answer is whole."""
        self._received += data
        end = self._received.find(_HEAD_END)
        if end < 0 or self._answer is None or self._answer.done():
            return
        head = bytes(self._received[:end]).lower()
        at = head.find(_LENGTH)
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._received) >= end + len(_HEAD_END) + length:
            self._received.clear()
            self._answer.set_result(Answer(int(head.split(b" ", 2)[1]), _RETRY in head))

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection that ends under a request is told as status 0."""
        del exc
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(0, retry_after=False))

    async def ask(self, request: bytes) -> Answer:
        """Send, and wait for the whole answer."""
        if self._transport is None or self._transport.is_closing():
            return Answer(0, retry_after=False)
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


class Run:
    """All clients of one plan, and what they saw: (group, seconds since the start, milliseconds, status, retry)."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        self._seconds = min(float(plan["seconds"]), MOST_SECONDS)
        self._next = int(plan.get("first_number", 0))
        self._sent = 0
        self._began = 0.0
        self.seen: list[tuple[int, float, float, int, bool]] = []

    async def go(self) -> None:
        """Start every client and wait until the time is over."""
        self._began = time.perf_counter()
        clients = [
            self._client(index, group, [text.encode("latin-1") for text in requests])
            for index, group in enumerate(self._plan["groups"])
            for requests in group["clients"]
        ]
        await asyncio.gather(*clients)

    async def _client(self, group: int, told: dict[str, Any], requests: list[bytes]) -> None:
        loop = asyncio.get_running_loop()
        pause, every, at = float(told.get("pause", 0)), float(told.get("every", 0)), 0
        due = self._began + every * random()  # noqa: S311 -- clients that are not in step
        _, connection = await loop.create_connection(Connection, "127.0.0.1", self._plan["port"])
        while self._sent < MOST_REQUESTS and (begun := time.perf_counter() - self._began) < self._seconds:
            request = self._filled(requests[at % len(requests)])
            at, self._sent = at + 1, self._sent + 1
            sent = time.perf_counter() if every == 0 else await _when_due(due)
            answer = await connection.ask(request)
            took = (time.perf_counter() - sent) * 1000
            due += every
            self.seen.append((group, begun, took, answer.status, answer.retry_after))
            if answer.status == 0:
                _, connection = await loop.create_connection(Connection, "127.0.0.1", self._plan["port"])
            if pause:
                await asyncio.sleep(pause * (0.5 + random()))  # noqa: S311 -- clients that are not in step
        connection.close()

    def _filled(self, request: bytes) -> bytes:
        if NUMBER not in request and NETWORK not in request:
            return request
        self._next += 1
        number = self._next
        network = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}".encode()
        return request.replace(NUMBER, b"%08d" % number).replace(NETWORK, network)


async def _when_due(due: float) -> float:
    """Wait until then, and tell since when the answer is waited for.

    That is now, since a timer's own lateness is not the server's; or `due`, where the answer before came too late.
    """
    early = due - time.perf_counter()
    if early <= 0:
        return due
    await asyncio.sleep(early)
    return time.perf_counter()


def main() -> None:
    """Read the plan, pin this process, run, tell."""
    plan = json.load(sys.stdin)
    pin(plan["core"])
    run = Run(plan)
    used = time.process_time()
    uvloop.run(run.go())
    json.dump({"seen": run.seen, "own_processor_seconds": time.process_time() - used}, sys.stdout)


if __name__ == "__main__":
    main()
