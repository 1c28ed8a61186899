"""Tokens that are good once, as they are stored: only as hashes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Purpose(StrEnum):
    """What a token is for. One purpose never passes for another."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 -- the name of a purpose
    CONFIRM_NEW_EMAIL = "confirm_new_email"
    UNDO_NEW_EMAIL = "undo_new_email"
    NOT_ME = "not_me"
    UNLOCK_LOGIN = "unlock_login"
    KEEP_ACCOUNT = "keep_account"


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """A row of `one_time_tokens`, without its hashes, beside the address that its user has now.

    `password_hash` is what a private sign-up typed, for whoever presses its link. `is_from_before`: the user has chosen
    a new password, or undone a new address, since it was issued.
    """

    id: UUID
    purpose: Purpose
    user_id: UUID
    session_id: UUID | None
    email: str | None
    wrong_codes: int
    expires_at: datetime
    created_at: datetime
    used_at: datetime | None
    user_email: str
    password_hash: str | None
    is_from_before: bool


@dataclass(frozen=True, slots=True)
class Issued:
    """What is mailed and never stored: the token for a link, and the code to type where there is one."""

    token: str
    code: str | None
