"""How long a session lasts, what an arriving refresh token means, and which claims are believed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from doorstep.sessions.models import Session, Skipped, Step

CLIENT_ID = "doorstep"
"""Who asks for access tokens (RFC 9068 section 2.2): our own pages, which are the only client."""


@dataclass(frozen=True, slots=True)
class Lives:
    """The two ends of a session: not used for `idle`, and `absolute` after its beginning."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class Ends:
    """When a session ends if nobody touches it again, and when it ends at the latest."""

    idle_expires_at: datetime
    expires_at: datetime


class Refresh(Enum):
    """What an arriving refresh token means."""

    ROTATE = auto()
    AHEAD = auto()
    RESEND = auto()
    SKIP = auto()
    REPLAY = auto()
    ENDED = auto()


@dataclass(frozen=True, slots=True)
class Claims:
    """What a believed access token says, from `since` until `until`.

    `auth_time` is when the person last proved who they are.
    """

    user_id: UUID
    session_id: UUID
    auth_time: datetime
    amr: tuple[str, ...]
    since: datetime
    until: datetime

    def hold_at(self, now: datetime) -> bool:
        """Whether the token is neither expired nor from the future."""
        return self.since <= now < self.until


def first_ends(lives: Lives, now: datetime) -> Ends:
    """The ends of a session that begins now."""
    expires_at = now + lives.absolute
    return Ends(min(now + lives.idle, expires_at), expires_at)


def is_live(session: Session, now: datetime) -> bool:
    """Whether the session and its user may still act."""
    return (
        session.user_active
        and session.revoked_at is None
        and now < session.idle_expires_at
        and now < session.expires_at
    )


def predecessor(session: Session) -> int:
    """The generation whose token was presented last, and answered by the current one, which was not presented yet."""
    if session.skipped and session.skipped.last == session.generation - 1:
        return session.skipped.first - 1
    return session.generation - 1


def judge_refresh(session: Session, generation: int, now: datetime, grace: timedelta) -> Refresh:
    """What it means that the refresh token of `generation`, whose MAC is right, arrives now.

    The predecessor is answered by the current token again for `grace`: two tabs asked at once, or the answer was lost.
    After that the answer may still have been lost, but whoever got it may hold it, too: the current token is skipped.
    A token ahead of the row was made here, and the database has forgotten it since (a restored backup, a failover).
    Any other was used before, or skipped: two hold tokens of this session (RFC 9700 section 4.14.2).
    """
    if not is_live(session, now):
        return Refresh.ENDED
    if generation == session.generation:
        return Refresh.ROTATE
    if generation > session.generation:
        return Refresh.AHEAD
    if generation == predecessor(session):
        return Refresh.RESEND if now < session.rotated_at + grace else Refresh.SKIP
    return Refresh.REPLAY


def ahead(session: Session, generation: int) -> Step:
    """The step that answers a token ahead of the row: as if it had been the current one."""
    return Step(generation + 1, session.skipped)


def skip(session: Session) -> Step:
    """The step past the current token, which nobody has presented: it is never sent again, and is good no more."""
    return Step(session.generation + 1, Skipped(predecessor(session) + 1, session.generation))


def is_recent(authenticated_at: datetime, now: datetime, step_up_age: timedelta) -> bool:
    """Whether the person proved who they are lately enough for a sensitive act."""
    return now < authenticated_at + step_up_age


def cookie_max_age(session_remember: bool, idle_expires_at: datetime, now: datetime) -> int | None:  # noqa: FBT001 -- a fact of the session
    """Seconds that the browser keeps the cookie; None ends it with the browser."""
    return max(0, int((idle_expires_at - now).total_seconds())) if session_remember else None


def read_claims(
    payload: Mapping[str, object], *, issuer: str, audience: str, now: datetime, leeway: timedelta
) -> Claims | None:
    """The claims of a token whose signature is right, or None when one is missing, wrong, expired or from the future.

    Every claim is required and typed (RFC 9068 section 2.2, RFC 8725 sections 3.8 to 3.10), but for `client_id`: a
    server of the version before, which is still at work during an upgrade, leaves it out.
    """
    if payload.get("iss") != issuer or payload.get("aud") != audience:
        return None
    user_id, session_id = _uuid(payload.get("sub")), _uuid(payload.get("sid"))
    issued, expires, proved = (_moment(payload.get(name)) for name in ("iat", "exp", "auth_time"))
    amr = payload.get("amr")
    if user_id is None or session_id is None or issued is None or expires is None or proved is None:
        return None
    if expires <= issued:
        return None
    ours = payload.get("client_id", CLIENT_ID) == CLIENT_ID
    if not ours or "nbf" in payload or not isinstance(payload.get("jti"), str):
        return None
    if not isinstance(amr, list) or not amr or not all(isinstance(item, str) for item in amr):
        return None
    claims = Claims(user_id, session_id, proved, tuple(amr), max(issued, proved) - leeway, expires + leeway)
    return claims if claims.hold_at(now) else None


def _uuid(value: object) -> UUID | None:
    if not isinstance(value, str):
        return None
    try:
        parsed = UUID(value)
    except ValueError:
        return None
    return parsed if str(parsed) == value else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1 << 33:
        return None
    return datetime.fromtimestamp(value, UTC)
