"""SQL of leaving: what lies about a person in tables that do not refer to `users`."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection

MAILS: Final = "DELETE FROM outbox WHERE user_id = $1"

LONGEST_DELETING: Final = 600.0
"""Seconds for all mails of one user: nobody waits for it."""

# What a worker has in hand is passed over, since it waits for the user itself: it finds nobody, and drops the row.
RECOVERY_REQUESTS: Final = """
DELETE FROM recovery_requests
WHERE id IN (SELECT id FROM recovery_requests WHERE email_key = ANY($1::text[]) FOR UPDATE SKIP LOCKED)
"""


async def delete_mails(tx: Connection, user_id: UUID) -> None:
    """Delete what was mailed to a user, and what waits to be."""
    await tx.execute(MAILS, user_id, timeout=LONGEST_DELETING)


async def delete_recovery_requests(tx: Connection, keys: Iterable[str]) -> None:
    """Delete what was asked for an address with one of these keys and not looked up yet."""
    await tx.execute(RECOVERY_REQUESTS, list(keys))
