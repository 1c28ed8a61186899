"""What others can have left in an account, and what was taken back of it."""

from dataclasses import dataclass
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

    `sessions` are those that the user reported, `browsers` are ids of browsers that are theirs altogether, `since` is
    from when on everything counts; `began_at` is the earliest moment of all. What the user had by `known_before` can be
    believed to be theirs. `parts` says what is looked at. `all_out` ends every session and forgets every browser;
    without it only the reported sessions end.
    """

    sessions: tuple[UUID, ...]
    since: datetime | None
    began_at: datetime
    known_before: datetime
    parts: frozenset[Part]
    all_out: bool = True
    browsers: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Origin:
    """A session of the user: when it began, by which passkey, and in which browser since when.

    `passkey_added_in` is the session in which that passkey was added, which may be gone. `former_device_id` is what
    the browser was known by before it was trusted. `browser_since` is None for one that is not remembered any more.
    """

    session_id: UUID
    began_at: datetime
    passkey_id: UUID | None
    passkey_added_in: UUID | None
    device_id: UUID | None
    former_device_id: UUID | None
    browser_since: datetime | None

    @property
    def browsers(self) -> frozenset[UUID]:
        """The ids by which its browser is, or was, known."""
        return frozenset(each for each in (self.device_id, self.former_device_id) if each is not None)

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
    address: str | None = None
    """The address that was put back before, where one was."""
    kept_browser: UUID | None = None
    """The browser that is not forgotten, if it was known: a new password is chosen there."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What the user is answered. `reset_token` chooses a new password for who logs in with `email`.

    Both are None where the link is from before the last new password.
    """

    evicted: Evicted
    reset_token: str | None
    email: str | None
