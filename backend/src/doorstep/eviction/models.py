"""What others can have left in an account, and what was taken back of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from doorstep.audit.models import Client


class Part(StrEnum):
    """One kind of thing that others can leave in an account. The names are public."""

    SESSIONS = "sessions"
    PASSKEYS = "passkeys"
    AUTHENTICATOR = "authenticator"
    RECOVERY_CODES = "recovery_codes"
    EMAIL = "email"
    PENDING_EMAIL = "pending_email"
    DELETION = "deletion"
    KNOWN_BROWSERS = "known_browsers"
    SHIPPING_ADDRESS = "shipping_address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose leavings are taken away, and which parts.

    `sessions` are those that the user reported, `since` is from when on everything counts; `began_at` is the earliest
    moment of both. What the user had by `known_before` can be believed to be theirs. `parts` says what is looked at.
    `all_out` ends every session and forgets every browser; without it
    only the reported sessions end.
    """

    sessions: tuple[UUID, ...]
    since: datetime | None
    began_at: datetime
    known_before: datetime
    parts: frozenset[Part]
    all_out: bool = True


@dataclass(frozen=True, slots=True)
class Origin:
    """A session in which something was added: when it began, by which passkey, and in which browser since when.

    `browser_since` is None for a browser that is not remembered any more.
    """

    session_id: UUID
    began_at: datetime
    passkey_id: UUID | None
    device_id: UUID | None
    browser_since: datetime | None

    @property
    def is_first_in_browser(self) -> bool:
        """Whether that browser had not been seen before."""
        return self.browser_since is None or self.browser_since >= self.began_at


@dataclass(frozen=True, slots=True)
class Added:
    """Something in the account, with when and in which session it came; None where that is not known."""

    at: datetime | None
    session_id: UUID | None


@dataclass(frozen=True, slots=True)
class AddedPasskey:
    """The same of a passkey."""

    id: UUID
    at: datetime
    session_id: UUID


@dataclass(frozen=True, slots=True)
class Held:
    """What is in the account that others could have added; None for what is not there."""

    email: str
    passkeys: tuple[AddedPasskey, ...]
    authenticator: Added | None
    recovery_codes: Added | None
    deletion: Added | None
    shipping_address: Added | None
    name: Added | None


@dataclass(frozen=True, slots=True)
class Reached:
    """Sessions and passkeys that hang together with what the user reported, to the end of the chain."""

    sessions: frozenset[UUID]
    passkeys: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Evicted:
    """What was taken back, and what is still to come or stays."""

    parts: tuple[Part, ...] = ()
    authenticator_removal_at: datetime | None = None
    authenticator_stays: bool = False
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A user's word that somebody else was in the account: by which link, and who pressed it when."""

    user_id: UUID
    scope: Scope
    client: Client
    now: datetime
    address: str | None = field(default=None)
    """The address that was put back before, where one was."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What the user is answered. `reset_token` chooses a new password; None where the link is from before the last."""

    evicted: Evicted
    reset_token: str | None
