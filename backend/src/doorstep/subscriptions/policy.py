"""What a subscription comes to at a moment: pure, from the row and `now` (both UTC)."""

import calendar
from collections.abc import Iterable
from datetime import datetime

from doorstep.brand import Plan
from doorstep.subscriptions.models import CurrentSubscription, Status, Subscription

_MONTHS = {"month": 1, "year": 12}


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time so many months on; the last day of the month where it has no such day."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    last_day = calendar.monthrange(year, month)[1]
    return moment.replace(year=year, month=month, day=min(moment.day, last_day))


def period_end(subscription: Subscription, now: datetime) -> datetime:
    """The first billing date after `now`: when the period that is paid for (or the trial) ends.

    Each date is counted from the first one, not from the last, so that the 31st stays the 31st after a February.
    """
    anchor = subscription.trial_ends_at or subscription.started_at
    step = _MONTHS[subscription.billing_interval]
    first = 0 if subscription.trial_ends_at else 1
    months_gone = (now.year - anchor.year) * 12 + now.month - anchor.month
    periods = max(first, months_gone // step)
    while (end := months_later(anchor, periods * step)) <= now:
        periods += 1
    return end


def has_ended(subscription: Subscription, now: datetime) -> bool:
    """Whether it is over."""
    return subscription.ends_at is not None and subscription.ends_at <= now


def status_at(subscription: Subscription | None, now: datetime) -> Status:
    """How a user with this newest subscription stands. A cancelled one counts as active until its end."""
    if subscription is None:
        return Status.UNSUBSCRIBED
    if has_ended(subscription, now):
        return Status.CANCELLED
    if subscription.past_due_since is not None and subscription.past_due_since <= now:
        return Status.PAST_DUE
    if subscription.trial_ends_at is not None and subscription.trial_ends_at > now:
        return Status.TRIALING
    return Status.ACTIVE


def end_when_cancelled(subscription: Subscription | None, now: datetime) -> datetime | None:
    """When a cancellation now would take effect: with the period. None when nothing would renew anyway."""
    if subscription is None or subscription.ends_at is not None:
        return None
    return period_end(subscription, now)


def may_resume(subscription: Subscription | None, now: datetime) -> bool:
    """Whether a cancellation can still be taken back."""
    return (
        subscription is not None and subscription.cancel_requested_at is not None and not has_ended(subscription, now)
    )


def agreed_plan(subscription: Subscription, plans: Iterable[Plan]) -> Plan:
    """The plan at the price agreed. One that is offered no more is shown by its code."""
    agreed = {
        "price_minor": subscription.price_minor,
        "currency": subscription.currency,
        "interval": subscription.billing_interval,
    }
    for plan in plans:
        if plan.code == subscription.plan_code:
            unchanged = all(getattr(plan, name) == value for name, value in agreed.items())
            return plan if unchanged else plan.model_copy(update=agreed)
    code = subscription.plan_code
    return Plan.model_validate({"code": code, "name": code, "description": "", **agreed})


def current(subscription: Subscription | None, plans: Iterable[Plan], now: datetime) -> CurrentSubscription:
    """What there is to show to the user with this newest subscription."""
    if subscription is None:
        return CurrentSubscription(Status.UNSUBSCRIBED)
    return CurrentSubscription(
        status=status_at(subscription, now),
        plan=agreed_plan(subscription, plans),
        started_at=subscription.started_at,
        next_billing_at=period_end(subscription, now) if subscription.ends_at is None else None,
        ends_at=subscription.ends_at,
        cancel_at_period_end=may_resume(subscription, now),
    )
