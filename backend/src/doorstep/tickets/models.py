"""Tickets: the proof, between the two steps of a log-in, that the first was done."""

from dataclasses import dataclass, replace
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

    @property
    def known_as(self) -> UUID | None:
        """The browser, where the user is known in it."""
        return self.device_id if self.known_device else None

    def continued_in(self, device_id: UUID | None) -> "FirstStep":
        """The same for the browser that brings the ticket: another than that of the first step is not known."""
        if self.device_id is None or device_id == self.device_id:
            return self
        return replace(self, device_id=None, known_device=False)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that was presented; `tries` counts this one."""

    id: UUID
    first: FirstStep
    tries: int
