"""SQL of the outbox."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.mail.models import Status, Waiting

INSERT_MAIL: Final = """
INSERT INTO outbox (id, kind, recipient, user_id, sealed_letter, created_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
"""

# Several workers take different mails: what one has locked the others pass over, and what one has taken is due again
# only when its lease is over, should the worker die with it.
TAKE_DUE: Final = """
UPDATE outbox SET due_at = $2, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM outbox
    WHERE sent_at IS NULL AND dead_at IS NULL AND due_at <= $1
    ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, recipient, sealed_letter, attempts
"""

MARK_SENT: Final = "UPDATE outbox SET sent_at = $2, sealed_letter = NULL, last_error = NULL WHERE id = $1"

MARK_FAILED: Final = "UPDATE outbox SET due_at = $2, last_error = $3 WHERE id = $1 AND sent_at IS NULL"

MARK_DEAD: Final = "UPDATE outbox SET dead_at = $2, last_error = $3 WHERE id = $1 AND sent_at IS NULL"

SELECT_STATUS: Final = """
SELECT id, kind, recipient, created_at, due_at, attempts, sent_at, dead_at, last_error
FROM outbox WHERE $1::boolean OR sent_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 200
"""

REVIVE: Final = """
UPDATE outbox SET dead_at = NULL, due_at = $2, attempts = 0
WHERE sent_at IS NULL AND ($1::uuid IS NULL OR id = $1) RETURNING id
"""


async def insert_mail(
    tx: Connection, mail_id: UUID, kind: str, recipient: str, user_id: UUID | None, sealed: bytes, now: datetime
) -> None:
    """Put a mail into the outbox, with the transaction of the fact that it tells."""
    await tx.execute(INSERT_MAIL, mail_id, kind, recipient, user_id, sealed, now)


async def take_due(connection: Connection, now: datetime, leased_until: datetime, limit: int) -> tuple[Waiting, ...]:
    """Take up to `limit` mails that are due in hand."""
    rows = await connection.fetch(TAKE_DUE, now, leased_until, limit)
    return tuple(
        Waiting(row["id"], row["kind"], row["recipient"], row["sealed_letter"], row["attempts"]) for row in rows
    )


async def mark_sent(connection: Connection, mail_id: UUID, now: datetime) -> None:
    """It is on its way; what it said is forgotten."""
    await connection.execute(MARK_SENT, mail_id, now)


async def mark_failed(connection: Connection, mail_id: UUID, due_at: datetime, error: str) -> None:
    """Try again at `due_at`."""
    await connection.execute(MARK_FAILED, mail_id, due_at, error)


async def mark_dead(connection: Connection, mail_id: UUID, now: datetime, error: str) -> None:
    """Give up, until an operator says otherwise."""
    await connection.execute(MARK_DEAD, mail_id, now, error)


async def statuses(connection: Connection, *, sent_too: bool) -> tuple[Status, ...]:
    """How the newest mails stand."""
    return tuple(_status(row) for row in await connection.fetch(SELECT_STATUS, sent_too))


async def revive(connection: Connection, mail_id: UUID | None, now: datetime) -> int:
    """Make one unsent mail, or all of them, due now; how many."""
    return len(await connection.fetch(REVIVE, mail_id, now))


def _status(row: Record) -> Status:
    return Status(
        row["id"],
        row["kind"],
        row["recipient"],
        row["created_at"],
        row["due_at"],
        row["attempts"],
        row["sent_at"],
        row["dead_at"],
        row["last_error"],
    )
