"""Who manages factors, and what they see of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from doorstep.audit.models import Client


class Factor(StrEnum):
    """What the second step of a log-in can be done with. The names are public."""

    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"


BOTH = "mfa"
"""How a session says that it was begun with what is two factors in one (RFC 8176)."""
AMR: dict[Factor, str] = {Factor.TOTP: "otp", Factor.RECOVERY_CODE: "rc", Factor.PASSKEY: BOTH}
"""The same for each factor: `otp` is RFC 8176's, `rc` our own."""


class Authenticated(Protocol):
    """Somebody signed in: whoever they are to the caller, this is what a sensitive act asks of them."""

    @property
    def user_id(self) -> UUID:
        """Who they are."""

    @property
    def session_id(self) -> UUID:
        """By which session they came."""

    @property
    def authenticated_at(self) -> datetime:
        """When they last proved it."""

    @property
    def amr(self) -> tuple[str, ...]:
        """By what (RFC 8176)."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A signed-in user who changes their factors: by which session, how it was proven and when, and who calls."""

    user_id: UUID
    email: str
    session_id: UUID
    authenticated_at: datetime
    amr: tuple[str, ...]
    client: Client


@dataclass(frozen=True, slots=True)
class Overview:
    """`totp_since` is None while log-in asks for the password only.

    `removal_due_at` is when the app goes by itself, after a report that somebody else had turned it on.
    """

    totp_since: datetime | None
    removal_due_at: datetime | None
    recovery_codes_left: int
    trusted_browsers: int


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What an authenticator app is given. `qr` is drawn as one SVG path on a square of `qr_size` units."""

    secret: str
    uri: str
    qr_size: int
    qr_path: str
