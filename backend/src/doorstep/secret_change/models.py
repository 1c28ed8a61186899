"""What a change of the master secret is made of, and how far it has come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """What lies sealed. The names are shown to operators."""

    SIGNING_KEYS = "signing keys"
    AUTHENTICATORS = "authenticator apps"
    MAILS = "mails"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a part today's secret opens, one before it, or none that we have."""

    current: int = 0
    former: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class FormerSecret:
    """A secret that is set beside today's. `sealed_anew_at` is when `rotate` first dealt with it, None before that.

    `sessions` are those not used since, whose browsers hold a token that was made under it.
    """

    sealed_anew_at: datetime | None
    sessions: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a change stands."""

    parts: Mapping[Part, Counts]
    former: tuple[FormerSecret, ...]

    @property
    def under_former(self) -> int:
        """How many still need a secret before today's."""
        return sum(counts.former for counts in self.parts.values())

    @property
    def is_under_way(self) -> bool:
        """Whether `rotate` has still to run."""
        return self.under_former > 0 or any(each.sealed_anew_at is None for each in self.former)

    @property
    def unreadable(self) -> int:
        """How many open with none of the secrets."""
        return sum(counts.unreadable for counts in self.parts.values())


@dataclass(frozen=True, slots=True)
class Rotated:
    """What one run of `rotate` did: how many of each part it sealed anew, and the keys it withdrew.

    `finished` is False when it was stopped before the end.
    """

    sealed_anew: Mapping[Part, int]
    withdrawn: tuple[str, ...]
    finished: bool


Watch = Callable[[Part, int, int], bool]
"""Is told how many of how many of a part were looked at; False stops after this batch."""
