"""The one read behind every signed-in request: session, user and newest subscription in one row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.gate.models import SignedIn
from doorstep.kit.database import Database, Record
from doorstep.subscriptions.models import Subscription
from doorstep.users.models import User, UserStatus

SELECT_SIGNED_IN: Final = """
SELECT s.id AS session_id, s.authenticated_at, s.amr,
       u.id, u.email, u.email_verified_at, u.status, u.created_at, u.deletion_due_at,
       p.id AS subscription_id, p.plan_code, p.price_minor, p.currency, p.billing_interval, p.started_at,
       p.trial_ends_at, p.past_due_since, p.cancel_requested_at, p.ends_at
FROM sessions s
JOIN users u ON u.id = s.user_id
LEFT JOIN LATERAL (
    SELECT * FROM subscriptions WHERE user_id = u.id ORDER BY started_at DESC, id DESC LIMIT 1
) p ON true
WHERE s.id = ANY ($1::uuid[])
  AND s.revoked_at IS NULL AND s.idle_expires_at > $2 AND s.expires_at > $2 AND s.epoch = u.session_epoch
  AND u.status = 'active'
"""


def _subscription(row: Record) -> Subscription | None:
    if row["subscription_id"] is None:
        return None
    return Subscription(
        id=row["subscription_id"],
        user_id=row["id"],
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


async def signed_in(database: Database, session_ids: Sequence[UUID], now: datetime) -> dict[UUID, SignedIn]:
    """Who these sessions belong to; those that have ended, or whose user may not act, are left out."""
    return {row["session_id"]: _signed_in(row) for row in await database.fetch(SELECT_SIGNED_IN, session_ids, now)}


def _signed_in(row: Record) -> SignedIn:
    return SignedIn(
        user=User(
            row["id"],
            row["email"],
            row["email_verified_at"],
            UserStatus(row["status"]),
            row["created_at"],
            row["deletion_due_at"],
        ),
        session_id=row["session_id"],
        authenticated_at=row["authenticated_at"],
        amr=tuple(row["amr"]),
        subscription=_subscription(row),
    )
