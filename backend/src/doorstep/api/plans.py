"""What can be subscribed to."""

from typing import Literal

from fastapi import APIRouter

from doorstep.api.wire import Leaving
from doorstep.api.wiring import Wired
from doorstep.brand import Plan

router = APIRouter(prefix="/api/v1/plans", tags=["subscriptions"])


class PlanView(Leaving):
    """A plan; `price_minor` is in the minor unit of the currency (cents), per `interval`."""

    code: str
    name: str
    description: str
    price_minor: int
    currency: str
    interval: Literal["month", "year"]
    features: tuple[str, ...]

    @classmethod
    def of(cls, plan: Plan) -> "PlanView":
        """The view of a plan."""
        return cls.model_validate(plan.model_dump())


class Plans(Leaving):
    """All plans, in the order in which they are offered."""

    plans: list[PlanView]


@router.get("")
async def plans(wired: Wired) -> Plans:
    """The plans on offer."""
    return Plans(plans=[PlanView.of(plan) for plan in wired.settings.plans])
