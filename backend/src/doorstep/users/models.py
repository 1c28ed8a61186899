"""Who somebody is, as stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class UserStatus(StrEnum):
    """Whether a user may log in."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class User:
    """A row of `users`, without the password hash: only a log-in asks for that."""

    id: UUID
    email: str
    email_verified_at: datetime | None
    status: UserStatus
    created_at: datetime
    deletion_due_at: datetime | None = None
    """When everything about them is erased, unless they keep the account until then."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a log-in is checked against. `credential_version` changes with the password and with each factor."""

    user_id: UUID
    password_hash: str | None
    credential_version: int
    status: UserStatus
