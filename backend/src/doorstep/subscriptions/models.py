"""A subscription as stored, and as it stands at a moment. All times are UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from doorstep.brand import Plan


class Status(StrEnum):
    """How a user stands. It is derived from the row and the time, and never stored."""

    ACTIVE = "active"
    TRIALING = "trialing"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A row of `subscriptions`. Price and interval are those agreed at the start, whatever the plan costs today."""

    id: UUID
    user_id: UUID
    plan_code: str
    price_minor: int
    currency: str
    billing_interval: Literal["month", "year"]
    started_at: datetime
    trial_ends_at: datetime | None = None
    past_due_since: datetime | None = None
    cancel_requested_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CurrentSubscription:
    """What there is to show: either `next_billing_at` or `ends_at` is set, or neither where nobody has subscribed."""

    status: Status
    plan: Plan | None = None
    started_at: datetime | None = None
    next_billing_at: datetime | None = None
    ends_at: datetime | None = None
    cancel_at_period_end: bool = False
