"""What is said about a password."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Fewest and most characters, in code points."""

    min_length: int
    max_length: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against a password: a stable code, and what to do about it."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whether a password would be accepted, why not, and how hard it is to guess: 0 (at once) to 4 (very hard)."""

    accepted: bool
    reasons: tuple[Refusal, ...]
    strength: int
