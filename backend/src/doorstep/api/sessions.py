"""The browsers in which the user is signed in."""

from uuid import UUID

from fastapi import APIRouter, Response

from doorstep.api.callers import Caller
from doorstep.api.guard import Guarded
from doorstep.api.problems import GUARDED, refusals
from doorstep.api.wire import Leaving, Moment
from doorstep.api.wiring import Wired
from doorstep.audit.device_names import device_name
from doorstep.audit.models import EventKind
from doorstep.sessions.failures import SessionUnknown, StepUpRequired, Unauthenticated

router = APIRouter(prefix="/api/v1/sessions", tags=["sessions"])


class SessionView(Leaving):
    """One signed-in browser; `current` is the one that asks."""

    id: UUID
    device: str
    address: str | None
    first_seen_at: Moment
    last_seen_at: Moment
    remembered: bool
    current: bool


class SessionList(Leaving):
    """All of them, the one used last first."""

    sessions: list[SessionView]


class RevokedSessions(Leaving):
    """How many sessions were ended."""

    revoked: int


@router.get("", responses=GUARDED)
async def sessions(signed_in: Guarded, wired: Wired) -> SessionList:
    """Where the user is signed in."""
    return SessionList(
        sessions=[
            SessionView(
                id=live.id,
                device=device_name(live.user_agent),
                address=live.address,
                first_seen_at=live.created_at,
                last_seen_at=live.last_seen_at,
                remembered=live.remember,
                current=live.id == signed_in.session_id,
            )
            for live in await wired.sessions.live(signed_in.user.id)
        ]
    )


@router.delete("/{session_id}", status_code=204, responses=refusals(Unauthenticated, StepUpRequired, SessionUnknown))
async def revoke(session_id: UUID, signed_in: Guarded, wired: Wired, caller: Caller) -> Response:
    """Sign that browser out. Its next request is refused. Needs a recent log-in."""
    await wired.second_factors.require_recent(signed_in, EventKind.SESSION_REVOKED, caller)
    await wired.sessions.revoke(signed_in.user.id, session_id, caller, by=signed_in.session_id)
    return Response(status_code=204)


@router.delete("", responses=refusals(Unauthenticated, StepUpRequired))
async def revoke_others(signed_in: Guarded, wired: Wired, caller: Caller) -> RevokedSessions:
    """Sign out everywhere but here. Needs a recent log-in."""
    await wired.second_factors.require_recent(signed_in, EventKind.OTHER_SESSIONS_REVOKED, caller)
    return RevokedSessions(revoked=await wired.sessions.revoke_others(signed_in.user.id, signed_in.session_id, caller))
