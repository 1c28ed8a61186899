"""What came lately, and no more of it than a process can hold."""

from typing import TypeVar

V = TypeVar("V")


class Lately(dict[bytes, V]):
    """A dictionary by digest. What is put in by `keep` makes at most `most`: the one that came first makes room."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, digest: bytes, value: V) -> None:
        """Remember the value."""
        if len(self) >= self._most:
            del self[next(iter(self))]
        self[digest] = value
