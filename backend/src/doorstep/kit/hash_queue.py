"""Who waits for a slot, and who is next: two lines, so that a crowd of strangers is no wall before those we know.

A flood of wrong passwords fills the ordinary line. Whoever comes in a browser where this user has logged in before
stands in the other one and goes first; after a few of them in a row a stranger has a turn, so neither line stands
still. Each line has places of its own: a full ordinary line does not refuse somebody known.
"""

import asyncio
from collections import deque
from dataclasses import dataclass

Turn = asyncio.Future[None]

_MOST_IN_A_ROW = 3


@dataclass(slots=True)
class Place:
    """Room for one caller, from before its first statement until its work is done; `ahead` is the line it is in."""

    ahead: bool


class Queue:
    """Counts places and orders turns. All calls come from one event loop.

    `places` callers may be here in the ordinary line (at work or waiting), and `places_ahead` more in the other.
    """

    def __init__(self, *, places: int, places_ahead: int) -> None:
        self._free = {False: places, True: places_ahead}
        self._lines: dict[bool, deque[Turn]] = {False: deque(), True: deque()}
        self._in_a_row = 0

    @property
    def waiting(self) -> int:
        """Callers in both lines that have no slot yet."""
        return len(self._lines[False]) + len(self._lines[True])

    @property
    def full(self) -> bool:
        """Whether an ordinary caller would be refused."""
        return self._free[False] <= 0

    def enter(self, *, ahead: bool) -> Place | None:
        """A place in this line; in the ordinary one for somebody known too, when theirs is full. None without room."""
        for line in (True, False) if ahead else (False,):
            if self._free[line] > 0:
                self._free[line] -= 1
                return Place(line)
        return None

    def fall_back(self, place: Place) -> bool:
        """Move a place to the ordinary line: its holder is not known after all. False when there is no room."""
        if place.ahead:
            if self.full:
                return False
            self.leave(place)
            place.ahead = False
            self._free[False] -= 1
        return True

    def leave(self, place: Place) -> None:
        """Give the place back."""
        self._free[place.ahead] += 1

    def wait(self, turn: Turn, place: Place) -> None:
        """Stand at the end of the place's line."""
        self._lines[place.ahead].append(turn)

    def forget(self, turn: Turn, place: Place) -> bool:
        """Take somebody who went away out of the line; False when it was their turn already."""
        if turn in self._lines[place.ahead]:
            self._lines[place.ahead].remove(turn)
            return True
        return False

    def next(self) -> Turn | None:
        """Whose turn it is: who is known goes first, but not more than three times in a row while others wait."""
        while self.waiting:
            ahead, others = self._lines[True], self._lines[False]
            first = bool(ahead) and not (others and self._in_a_row >= _MOST_IN_A_ROW)
            self._in_a_row = self._in_a_row + 1 if first else 0
            turn = (ahead if first else others).popleft()
            if not turn.done():
                return turn
        return None
