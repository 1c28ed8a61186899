"""An attempt: what is charged before it is looked at, and given back when nobody could look."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Charged:
    """What an attempt was charged to, each once: counters of the throttle, an app, a ticket, a mailed code."""

    subjects: tuple[bytes, ...] = ()
    totp_of: UUID | None = None
    ticket_id: UUID | None = None
    token_id: UUID | None = None


@dataclass(slots=True)
class Trial:
    """One attempt under way. `opened` once something may have been charged; `refused` once it was found to be wrong."""

    id: UUID
    opened: bool = False
    refused: bool = False
