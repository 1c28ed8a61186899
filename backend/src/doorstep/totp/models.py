"""A shared secret with an authenticator app, as stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Totp:
    """A row of `totp`. `confirmed_at` is None while it is being set up.

    `removal_due_at`: it goes then, unless a browser or passkey from before `removal_since` stops that. The browser of
    `removal_session_id` is the one that the user reported.
    """

    user_id: UUID
    sealed_secret: bytes
    created_at: datetime
    confirmed_at: datetime | None
    last_step: int
    wrong_codes: int
    confirmed_in: UUID | None
    removal_due_at: datetime | None
    removal_since: datetime | None
    removal_session_id: UUID | None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is given: the secret as text, and the address that its QR code carries."""

    secret: str
    uri: str
