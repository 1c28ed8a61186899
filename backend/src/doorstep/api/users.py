"""The signed-in user."""

from uuid import UUID

from fastapi import APIRouter, Request

from doorstep.api.guard import Guarded
from doorstep.api.problems import GUARDED
from doorstep.api.wire import Leaving, Moment
from doorstep.api.wiring import services_of
from doorstep.subscriptions.models import Status

router = APIRouter(prefix="/api/v1/users", tags=["users"])


class Me(Leaving):
    """Who is signed in."""

    id: UUID
    email: str
    email_verified: bool
    subscription_status: Status
    created_at: Moment
    session_id: UUID
    deletion_due_at: Moment | None


@router.get("/me", responses=GUARDED)
async def me(signed_in: Guarded, request: Request) -> Me:
    """The signed-in user, with the state of their subscription."""
    user = signed_in.user
    return Me(
        id=user.id,
        email=user.email,
        email_verified=user.email_verified_at is not None,
        subscription_status=services_of(request).subscriptions.status_of(signed_in.subscription),
        created_at=user.created_at,
        session_id=signed_in.session_id,
        deletion_due_at=user.deletion_due_at,
    )
