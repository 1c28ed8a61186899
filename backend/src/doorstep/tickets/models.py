"""Tickets: the proof, between the two steps of a log-in, that the first was done."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FirstStep:
    """What the first step found out, and the second goes on with.

    `charged` is the counter of the throttle that is forgiven when the second step is done, too.
    """

    user_id: UUID
    credential_version: int
    remember: bool
    device_id: UUID | None
    known_device: bool
    charged: bytes


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that was presented; `tries` counts this one."""

    id: UUID
    first: FirstStep
    tries: int
