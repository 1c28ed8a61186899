"""A shared secret with an authenticator app, as stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Totp:
    """A row of `totp`. `confirmed_at` is None while it is being set up."""

    user_id: UUID
    sealed_secret: bytes
    created_at: datetime
    confirmed_at: datetime | None
    last_step: int


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is given: the secret as text, and the address that its QR code carries."""

    secret: str
    uri: str
