"""Dates and states of a subscription, by tables and properties."""

import calendar
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.brand import Plan
from doorstep.subscriptions import policy
from doorstep.subscriptions.models import CurrentSubscription, Status, Subscription

PLAN = Plan(
    code="monthly-print",
    name="Monthly art print",
    description="One print a month.",
    price_minor=1200,
    currency="USD",
    interval="month",
    features=("A print",),
)


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, 9, 30, tzinfo=UTC)


def subscription(started_at: datetime, **changes: object) -> Subscription:
    made = Subscription(
        id=UUID(int=1),
        user_id=UUID(int=2),
        plan_code=PLAN.code,
        price_minor=PLAN.price_minor,
        currency=PLAN.currency,
        billing_interval="month",
        started_at=started_at,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- given below
INTERVALS = st.sampled_from(["month", "year"])
AGES = st.timedeltas(timedelta(0), timedelta(days=4000))


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (day(2026, 1, 31), 1, day(2026, 2, 28)),
        (day(2024, 1, 31), 1, day(2024, 2, 29)),
        (day(2026, 1, 31), 2, day(2026, 3, 31)),
        (day(2026, 1, 31), 3, day(2026, 4, 30)),
        (day(2026, 12, 15), 1, day(2027, 1, 15)),
        (day(2024, 2, 29), 12, day(2025, 2, 28)),
        (day(2024, 2, 29), 48, day(2028, 2, 29)),
        (day(2096, 2, 29), 48, day(2100, 2, 28)),
        (day(2026, 5, 5), 0, day(2026, 5, 5)),
    ],
)
def test_months_later(start: datetime, months: int, expected: datetime) -> None:
    assert policy.months_later(start, months) == expected


@pytest.mark.parametrize(
    ("interval", "start", "now", "expected"),
    [
        ("month", day(2026, 1, 31), day(2026, 1, 31), day(2026, 2, 28)),
        ("month", day(2026, 1, 31), day(2026, 2, 27), day(2026, 2, 28)),
        ("month", day(2026, 1, 31), day(2026, 2, 28), day(2026, 3, 31)),
        ("month", day(2026, 1, 31), day(2026, 3, 31) - timedelta(seconds=1), day(2026, 3, 31)),
        ("month", day(2026, 1, 31), day(2026, 3, 31), day(2026, 4, 30)),
        ("month", day(2026, 1, 31), day(2030, 6, 1), day(2030, 6, 30)),
        ("year", day(2024, 2, 29), day(2024, 3, 1), day(2025, 2, 28)),
        ("year", day(2024, 2, 29), day(2027, 2, 28), day(2028, 2, 29)),
        ("year", day(2024, 6, 1), day(2026, 5, 31), day(2026, 6, 1)),
        ("year", day(2024, 6, 1), day(2026, 6, 1), day(2027, 6, 1)),
    ],
)
def test_period_end(interval: str, start: datetime, now: datetime, expected: datetime) -> None:
    assert policy.period_end(subscription(start, billing_interval=interval), now) == expected


@given(MOMENTS, INTERVALS, AGES)
def test_the_next_billing_date_is_the_first_after_now_and_keeps_the_anchor(
    start: datetime, interval: str, age: timedelta
) -> None:
    now = start + age
    end = policy.period_end(subscription(start, billing_interval=interval), now)
    assert end > now
    assert end > start
    assert end.timetz() == start.timetz()
    last_day = calendar.monthrange(end.year, end.month)[1]
    assert end.day == min(start.day, last_day)
    months = (end.year - start.year) * 12 + end.month - start.month
    step = 1 if interval == "month" else 12
    assert months % step == 0
    assert policy.months_later(start, months - step) <= now


@given(MOMENTS, INTERVALS, AGES, AGES)
def test_billing_dates_never_go_back(start: datetime, interval: str, one: timedelta, other: timedelta) -> None:
    earlier, later = sorted((one, other))
    held = subscription(start, billing_interval=interval)
    assert policy.period_end(held, start + earlier) <= policy.period_end(held, start + later)


@given(MOMENTS, INTERVALS, AGES)
def test_each_billing_date_follows_from_the_last(start: datetime, interval: str, age: timedelta) -> None:
    held = subscription(start, billing_interval=interval)
    end = policy.period_end(held, start + age)
    assert policy.period_end(held, end - timedelta(microseconds=1)) == end
    days = (policy.period_end(held, end) - end).days
    assert 28 <= days <= 31 if interval == "month" else 365 <= days <= 366


@given(MOMENTS, st.timedeltas(timedelta(seconds=1), timedelta(days=90)), AGES)
def test_a_trial_is_first_billed_at_its_end(start: datetime, trial: timedelta, age: timedelta) -> None:
    held = subscription(start, trial_ends_at=start + trial)
    end = policy.period_end(held, start + age)
    assert (end == start + trial) == (age < trial)
    assert end > start + age


START = day(2026, 1, 31)
END = day(2026, 2, 28)
ASKED = day(2026, 2, 3)


@pytest.mark.parametrize(
    ("changes", "now", "expected"),
    [
        ({}, START, Status.ACTIVE),
        ({}, day(2036, 1, 1), Status.ACTIVE),
        ({}, START - timedelta(seconds=1), Status.ACTIVE),
        ({"trial_ends_at": END}, END - timedelta(seconds=1), Status.TRIALING),
        ({"trial_ends_at": END}, END, Status.ACTIVE),
        ({"past_due_since": END}, END - timedelta(seconds=1), Status.ACTIVE),
        ({"past_due_since": END}, END, Status.PAST_DUE),
        ({"cancel_requested_at": ASKED, "ends_at": END}, END - timedelta(seconds=1), Status.ACTIVE),
        ({"cancel_requested_at": ASKED, "ends_at": END}, END, Status.CANCELLED),
        ({"trial_ends_at": END, "cancel_requested_at": ASKED, "ends_at": END}, ASKED, Status.TRIALING),
        ({"past_due_since": ASKED, "ends_at": END}, ASKED, Status.PAST_DUE),
        ({"past_due_since": ASKED, "ends_at": END}, END, Status.CANCELLED),
    ],
)
def test_status(changes: dict[str, object], now: datetime, expected: Status) -> None:
    assert policy.status_at(subscription(START, **changes), now) is expected


def test_nobody_has_nothing() -> None:
    assert policy.status_at(None, START) is Status.UNSUBSCRIBED
    assert policy.current(None, (PLAN,), START) == CurrentSubscription(Status.UNSUBSCRIBED)
    assert policy.end_when_cancelled(None, START) is None
    assert not policy.may_resume(None, START)


def test_cancelling_takes_effect_with_the_period() -> None:
    assert policy.end_when_cancelled(subscription(START), ASKED) == END
    assert policy.end_when_cancelled(subscription(START, trial_ends_at=day(2026, 2, 7)), ASKED) == day(2026, 2, 7)
    assert policy.end_when_cancelled(subscription(START, past_due_since=ASKED), ASKED) == END


@pytest.mark.parametrize("now", [ASKED, END, day(2026, 6, 1)])
def test_what_ends_anyway_is_not_cancelled_again(now: datetime) -> None:
    assert policy.end_when_cancelled(subscription(START, ends_at=END, cancel_requested_at=ASKED), now) is None
    assert policy.end_when_cancelled(subscription(START, ends_at=END), now) is None


@pytest.mark.parametrize(
    ("changes", "now", "expected"),
    [
        ({}, ASKED, False),
        ({"ends_at": END}, ASKED, False),
        ({"ends_at": END, "cancel_requested_at": ASKED}, END - timedelta(microseconds=1), True),
        ({"ends_at": END, "cancel_requested_at": ASKED}, END, False),
    ],
)
def test_resuming(changes: dict[str, object], now: datetime, *, expected: bool) -> None:
    assert policy.may_resume(subscription(START, **changes), now) is expected


def test_what_is_shown_while_it_renews_while_it_ends_and_afterwards() -> None:
    assert policy.current(subscription(START), (PLAN,), ASKED) == CurrentSubscription(
        Status.ACTIVE, PLAN, started_at=START, next_billing_at=END
    )
    ending = subscription(START, ends_at=END, cancel_requested_at=ASKED)
    assert policy.current(ending, (PLAN,), ASKED) == CurrentSubscription(
        Status.ACTIVE, PLAN, started_at=START, ends_at=END, cancel_at_period_end=True
    )
    assert policy.current(ending, (PLAN,), END) == CurrentSubscription(
        Status.CANCELLED, PLAN, started_at=START, ends_at=END
    )


def test_the_price_agreed_stays_whatever_the_plan_costs_today() -> None:
    dearer = PLAN.model_copy(update={"price_minor": 1500, "currency": "EUR", "interval": "year"})
    shown = policy.agreed_plan(subscription(START), (dearer,))
    assert shown == PLAN
    assert shown.name == dearer.name


def test_a_plan_that_is_offered_no_more_is_shown_by_its_code() -> None:
    shown = policy.agreed_plan(subscription(START, plan_code="old-one"), (PLAN,))
    assert (shown.code, shown.name, shown.description, shown.features) == ("old-one", "old-one", "", ())
    assert (shown.price_minor, shown.currency, shown.interval) == (1200, "USD", "month")
