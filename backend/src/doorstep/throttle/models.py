"""What is counted, and what counting answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Subjects:
    """The three things an attempt is counted by, each as the HMAC under which it is stored.

    `device` is None for a browser without a device cookie. Whether the device is one of the user's is for the
    database to say; only then is it counted instead of the e-mail.
    """

    email: bytes
    device: bytes | None
    network: bytes

    @property
    def person(self) -> bytes:
        """Who is refused when it is not the network: this address in this browser, or in any browser not known."""
        return self.device or self.email

    def charged(self, *, known_device: bool) -> bytes:
        """What a wrong password was counted by, beside the network."""
        return self.device if known_device and self.device else self.email


@dataclass(frozen=True, slots=True)
class SpentProof:
    """A genuine proof of work that came with the attempt; it is good once, until `expires_at`."""

    id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """What charging an attempt answered.

    `failures` counts the attempts in a row, this one included, by the subject that was charged (`known_device` tells
    which of the two); it is 0 when the network was refused and nothing else was charged.
    """

    network_admitted: bool
    network_failures: int
    network_began_at: datetime
    admitted: bool
    failures: int
    blocked_until: datetime | None
    known_device: bool
