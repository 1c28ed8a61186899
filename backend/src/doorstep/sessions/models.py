"""Sessions as stored, and what a session hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

PASSWORD_ONLY = ("pwd",)
"""How the person proved who they are: by password alone (`amr`, RFC 8176)."""


class RevokedReason(StrEnum):
    """Why a session ended before its time."""

    LOGGED_OUT = "logged_out"
    REVOKED = "revoked"
    REPLAYED = "replayed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- the name of a reason
    FACTORS_CHANGED = "factors_changed"
    USER_DISABLED = "user_disabled"
    USER_DELETED = "user_deleted"
    TOO_MANY_SESSIONS = "too_many_sessions"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Generations of a session whose tokens were sent, never presented, and then passed over: `first` to `last`."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. `generation` numbers its refresh tokens; `secret` is half of what makes them.

    `user_active`: the user may act, and has not ended all sessions since this one began. `skipped`: what was skipped
    most lately, if anything ever was.
    """

    id: UUID
    user_id: UUID
    secret: bytes
    generation: int
    rotated_at: datetime
    remember: bool
    amr: tuple[str, ...]
    authenticated_at: datetime
    idle_expires_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_reason: RevokedReason | None
    user_active: bool
    skipped: Skipped | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Where a session goes when a token is answered by a new one: its next generation, and what was skipped by then."""

    generation: int
    skipped: Skipped | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that begins, as it is about to be stored: of generation 1."""

    id: UUID
    user_id: UUID
    secret: bytes
    began_at: datetime
    remember: bool
    amr: tuple[str, ...]
    idle_expires_at: datetime
    expires_at: datetime
    address: str | None
    user_agent: str | None
    device_id: UUID


@dataclass(frozen=True, slots=True)
class NextEnds:
    """Until when a session that is used now may idle, by whether it is remembered; its last end cuts that short."""

    unremembered: datetime
    remembered: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """One request to exchange the refresh token of this generation for its successor, from this address.

    No two are equal: of two that bring the same token only one makes the successor.
    """

    session_id: UUID
    generation: int
    address: str | None


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session as its owner sees it: where, since when, last used when."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime
    address: str | None
    user_agent: str | None
    remember: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """What a browser gets: the access token (seconds to live) and the refresh token for the cookie.

    `cookie_max_age` is in seconds; None makes a cookie that ends with the browser.
    """

    session_id: UUID
    access_token: str
    expires_in: int
    refresh_token: str
    cookie_max_age: int | None
