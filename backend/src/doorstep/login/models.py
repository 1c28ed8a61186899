"""A log-in: what comes with it, what charging it answered, and what it gives."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doorstep.audit.models import Event, EventKind
from doorstep.second_factors.models import Factor
from doorstep.sessions.models import Grant, NewSession
from doorstep.throttle.models import Charge, SpentProof
from doorstep.users.models import Credentials


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser brings along: the device id of its cookie, and a proof of work when it was asked for one."""

    device_id: UUID | None = None
    proof: SpentProof | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What a password is asked for: the trail has a refusal under this kind, with the session that asked."""

    kind: EventKind
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What charging answered, and what the password is checked against; None where nobody has the address.

    `factors` are the second factors that the user has; a `trusted` browser is not asked for one. A user who
    `awaits_verification` is let in by no password before the address is verified. An authenticator app goes at
    `removal_due_at`, and this browser `may_remove` it before.
    """

    charge: Charge
    credentials: Credentials | None
    factors: tuple[Factor, ...] = ()
    trusted: bool = False
    awaits_verification: bool = False
    removal_due_at: datetime | None = None
    may_remove: bool = False


@dataclass(frozen=True, slots=True)
class Admitted:
    """A session was stored: the user was not known in its browser before, or has more sessions than are allowed."""

    is_new_device: bool
    is_full: bool


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The session that began, and under which id this browser is known from now on."""

    grant: Grant
    device_id: UUID


@dataclass(frozen=True, slots=True)
class Opening:
    """What one statement is about to store, and what the browser gets when that is done."""

    session: NewSession
    event: Event
    logged_in: LoggedIn


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What asking a signed-in user again came to; `factor` is the second one that was shown."""

    password: bool
    factor: Factor | None = None
