"""The signed-in user."""

from uuid import UUID

from fastapi import APIRouter

from doorstep.api.guard import Guarded
from doorstep.api.problems import GUARDED
from doorstep.api.signed_in_read import SignedInRead
from doorstep.api.wire import Leaving, Moment
from doorstep.api.wiring import Wired
from doorstep.subscriptions.models import Status

router = APIRouter(prefix="/api/v1/users", tags=["users"], route_class=SignedInRead)


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
def me(signed_in: Guarded, wired: Wired) -> Me:
    """The signed-in user, with the state of their subscription."""
    user = signed_in.user
    return Me(
        id=user.id,
        email=user.email,
        email_verified=user.email_verified_at is not None,
        subscription_status=wired.subscriptions.status_of(signed_in.subscription),
        created_at=user.created_at,
        session_id=signed_in.session_id,
        deletion_due_at=user.deletion_due_at,
    )
