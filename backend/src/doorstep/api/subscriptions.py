"""The subscription of the signed-in user."""

from fastapi import APIRouter

from doorstep.api.callers import Caller
from doorstep.api.guard import Guarded
from doorstep.api.plans import PlanView
from doorstep.api.problems import GUARDED, refusals
from doorstep.api.signed_in_read import SignedInRead
from doorstep.api.wire import Leaving, Moment, Nothing
from doorstep.api.wiring import Wired
from doorstep.sessions.failures import Unauthenticated
from doorstep.subscriptions.failures import DeletionPending, NothingToCancel, NothingToResume
from doorstep.subscriptions.models import CurrentSubscription, Status

router = APIRouter(prefix="/api/v1/subscriptions", tags=["subscriptions"])
reading_router = APIRouter(prefix="/api/v1/subscriptions", tags=["subscriptions"], route_class=SignedInRead)
"""What the dashboard asks first."""


class SubscriptionView(Leaving):
    """The state of a subscription. `ends_at` is set once it is cancelled; until then `next_billing_at` is."""

    status: Status
    plan: PlanView | None
    started_at: Moment | None
    next_billing_at: Moment | None
    ends_at: Moment | None
    cancel_at_period_end: bool

    @classmethod
    def of(cls, current: CurrentSubscription) -> "SubscriptionView":
        """The view of the current state."""
        return cls(
            status=current.status,
            plan=PlanView.of(current.plan) if current.plan else None,
            started_at=current.started_at,
            next_billing_at=current.next_billing_at,
            ends_at=current.ends_at,
            cancel_at_period_end=current.cancel_at_period_end,
        )


@reading_router.get("/current", responses=GUARDED)
def current(signed_in: Guarded, wired: Wired) -> SubscriptionView:
    """Plan, price, status and the next date."""
    return SubscriptionView.of(wired.subscriptions.state_of(signed_in.subscription))


@router.post("/cancel", responses=refusals(Unauthenticated, NothingToCancel))
async def cancel(_: Nothing, signed_in: Guarded, wired: Wired, caller: Caller) -> SubscriptionView:
    """End the subscription with the period that is paid for."""
    return SubscriptionView.of(await wired.subscriptions.cancel(signed_in.user.id, signed_in.session_id, caller))


@router.post("/resume", responses=refusals(Unauthenticated, NothingToResume, DeletionPending))
async def resume(_: Nothing, signed_in: Guarded, wired: Wired, caller: Caller) -> SubscriptionView:
    """Take a cancellation back, as long as the period has not ended."""
    return SubscriptionView.of(await wired.subscriptions.resume(signed_in.user.id, signed_in.session_id, caller))
