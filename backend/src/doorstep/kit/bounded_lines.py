"""Lines of a file that nobody vouches for: one at a time, each of bounded length and with its end's offset."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number (from 1), where the next one begins (bytes), and what it says; None when it is too long."""

    number: int
    end: int
    content: bytes | None


def bounded_lines(file: BinaryIO, longest: int, number: int = 0) -> Iterator[Line]:
    """The lines from where `file` stands, the first with the number after `number`, without their line ends.

    A line of more than `longest` bytes is passed over without being held in memory.
    """
    end = file.tell()
    while content := file.readline(longest + 2):
        number += 1
        end += len(content)
        cut_off = len(content) == longest + 2 and not content.endswith(b"\n")
        if cut_off or len(content.rstrip(b"\r\n")) > longest:
            while not content.endswith(b"\n") and (content := file.readline(1 << 16)):
                end += len(content)
            yield Line(number, end, None)
        else:
            yield Line(number, end, content.rstrip(b"\r\n"))
