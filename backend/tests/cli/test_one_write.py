"""Head and body leave together, nothing that was written is lost, and nothing is kept back for long."""

import asyncio
from collections.abc import Iterable
from typing import Any

from doorstep.cli.one_write import OneWrite


class Wire(asyncio.Transport):
    """The other end, as asyncio has it: keeps what reaches it."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def writelines(self, list_of_data: Iterable[Any]) -> None:
        assert not self.closed
        self.writes.append(b"".join(list_of_data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True


async def test_one_turn_is_one_write() -> None:
    wire = Wire()
    out = OneWrite(wire, asyncio.get_running_loop())
    out.write(b"head ")
    out.writelines([b"body", b"."])
    assert wire.writes == []
    await asyncio.sleep(0)
    out.write(b"next")
    await asyncio.sleep(0)
    assert wire.writes == [b"head body.", b"next"]


async def test_much_does_not_wait() -> None:
    wire = Wire()
    out = OneWrite(wire, asyncio.get_running_loop())
    out.write(b"head ")
    out.write(b"x" * 70_000)
    assert [len(written) for written in wire.writes] == [70_005]
    await asyncio.sleep(0)
    assert len(wire.writes) == 1


async def test_closing_sends_what_is_kept() -> None:
    wire = Wire()
    out = OneWrite(wire, asyncio.get_running_loop())
    out.write(b"goodbye")
    out.close()
    await asyncio.sleep(0)
    assert (wire.writes, wire.closed, out.is_closing()) == ([b"goodbye"], True, True)


async def test_nothing_is_written_to_somebody_who_has_gone() -> None:
    wire = Wire()
    out = OneWrite(wire, asyncio.get_running_loop())
    out.write(b"answer")
    wire.closed = True
    await asyncio.sleep(0)
    out.write(b"more")
    out.abort()
    await asyncio.sleep(0)
    assert wire.writes == []
