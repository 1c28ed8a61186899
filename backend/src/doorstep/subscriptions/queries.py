"""SQL of subscriptions."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.subscriptions.models import Subscription

# One change of a user's subscriptions at a time. Not FOR UPDATE: a log-in, which only refers to the user, goes on.
LOCK_USER: Final = "SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE"

SELECT_NEWEST: Final = """
SELECT id, user_id, plan_code, price_minor, currency, billing_interval, started_at, trial_ends_at, past_due_since,
       cancel_requested_at, ends_at
FROM subscriptions WHERE user_id = $1 ORDER BY started_at DESC, id DESC LIMIT 1
"""

INSERT_SUBSCRIPTION: Final = """
INSERT INTO subscriptions
    (id, user_id, plan_code, price_minor, currency, billing_interval, started_at, trial_ends_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, $7)
"""

UPDATE_END: Final = """
UPDATE subscriptions SET cancel_requested_at = $2, ends_at = $3, updated_at = $4 WHERE id = $1
"""


def _subscription(row: Record) -> Subscription:
    return Subscription(
        id=row["id"],
        user_id=row["user_id"],
        plan_code=row["plan_code"],
        price_minor=row["price_minor"],
        currency=row["currency"],
        billing_interval=row["billing_interval"],
        started_at=row["started_at"],
        trial_ends_at=row["trial_ends_at"],
        past_due_since=row["past_due_since"],
        cancel_requested_at=row["cancel_requested_at"],
        ends_at=row["ends_at"],
    )


async def lock_user(tx: Connection, user_id: UUID) -> bool:
    """Hold the user's subscriptions still until the transaction ends; False when there is no such user any more."""
    return await tx.fetchval(LOCK_USER, user_id) is not None


async def newest(connection: Connection, user_id: UUID) -> Subscription | None:
    """The user's newest subscription, ended or not."""
    row = await connection.fetchrow(SELECT_NEWEST, user_id)
    return _subscription(row) if row else None


async def insert(tx: Connection, subscription: Subscription) -> None:
    """Add a subscription that renews until cancelled."""
    await tx.execute(
        INSERT_SUBSCRIPTION,
        subscription.id,
        subscription.user_id,
        subscription.plan_code,
        subscription.price_minor,
        subscription.currency,
        subscription.billing_interval,
        subscription.started_at,
        subscription.trial_ends_at,
    )


async def update_end(
    tx: Connection, subscription_id: UUID, requested_at: datetime | None, ends_at: datetime | None, now: datetime
) -> None:
    """Let it end at `ends_at` because somebody asked at `requested_at`; both None: let it renew again."""
    await tx.execute(UPDATE_END, subscription_id, requested_at, ends_at, now)
