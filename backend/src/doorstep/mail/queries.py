"""SQL of the outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.kit.sealing import Renewal, columns
from doorstep.mail.models import Mailbox, MailKind, Priority, Status, Waiting

INSERT_MAIL: Final = """
INSERT INTO outbox (id, kind, recipient, recipient_key, user_id, sealed_letter, created_at, due_at, priority, turn_at,
                    asked_in)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $7::timestamptz + $9::interval * (
    SELECT count(*) FROM (
        SELECT FROM outbox WHERE recipient_key = $4 AND sent_at IS NULL AND dead_at IS NULL LIMIT $11
    ) AS waiting
), $10)
"""

# One after the other for each mailbox, until the transaction ends: two that count at once would both find room.
LOCK_MAILBOX: Final = "SELECT pg_advisory_xact_lock(hashtextextended('doorstep mailbox ' || $1, 0))"

# As many rows as the limits can make of a day are looked at, whatever was stored before there were limits.
SELECT_MAILBOX: Final = """
SELECT count(*) FILTER (WHERE kind = $2 AND created_at > $3) AS of_kind,
       count(*) FILTER (WHERE kind = $2) AS of_kind_today,
       count(*) FILTER (WHERE priority > 0 AND created_at > $3) AS together,
       (SELECT count(*) FROM (
           SELECT FROM outbox WHERE recipient_key = $1 AND sent_at IS NULL AND dead_at IS NULL LIMIT 200
       ) AS waiting) AS waiting
FROM (
    SELECT kind, created_at, priority FROM outbox WHERE recipient_key = $1 AND created_at > $4
    ORDER BY created_at DESC LIMIT 1000
) AS recent
"""

COUNT_ASKED: Final = """
SELECT count(*) FILTER (WHERE asked_in = $3) AS in_session, count(*) AS of_user
FROM (
    SELECT asked_in FROM outbox WHERE user_id = $1 AND kind = $2 AND created_at > $4 LIMIT 100
) AS recent
"""

# No turn is later than $4 where a mail is due, so that those that wait for their next try are not read.
# Several workers take different mails: what one has locked the others pass over, and what one has taken nobody else
# takes before its lease is over, should the worker die with it.
TAKE_DUE: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE sent_at IS NULL AND dead_at IS NULL AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
      AND turn_at <= $4
    ORDER BY priority, turn_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE outbox o SET leased_until = $2, attempts = attempts + 1 FROM due WHERE o.id = due.id
RETURNING o.id, o.kind, o.recipient, o.sealed_letter, o.attempts, o.leased_until
"""

# It has left, whatever somebody else may have noted meanwhile.
MARK_SENT: Final = """
UPDATE outbox SET sent_at = $2, dead_at = NULL, leased_until = NULL, sealed_letter = NULL, last_error = NULL
WHERE id = $1 AND sent_at IS NULL
"""

# Only by the worker whose lease it still is: who comes back late must not undo what the next one noted.
MARK_FAILED: Final = """
UPDATE outbox SET due_at = $3, turn_at = $3, leased_until = NULL, last_error = $4
WHERE id = $1 AND leased_until = $2 AND sent_at IS NULL
"""

MARK_DEAD: Final = """
UPDATE outbox SET dead_at = $3, leased_until = NULL, last_error = $4
WHERE id = $1 AND leased_until = $2 AND sent_at IS NULL
"""

WRITTEN_SINCE: Final = """
SELECT EXISTS (
    SELECT FROM (
        SELECT kind FROM outbox WHERE recipient_key = $1 AND created_at > $3 ORDER BY created_at DESC LIMIT 1000
    ) AS recent WHERE kind = $2
)
"""

COUNT_DEAD: Final = "SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL"

SELECT_STATUS: Final = """
SELECT id, kind, recipient, created_at, due_at, attempts, sent_at, dead_at, last_error
FROM outbox
WHERE ($1::boolean OR sent_at IS NULL)
  AND ($2::uuid IS NULL AND $3::text IS NULL OR user_id = $2 OR recipient_key = $3)
ORDER BY created_at DESC, id DESC LIMIT 200
"""

REVIVE: Final = """
UPDATE outbox SET dead_at = NULL, due_at = $2, turn_at = $2, leased_until = NULL, attempts = 0
WHERE sent_at IS NULL AND (leased_until IS NULL OR leased_until <= $2) AND ($1::uuid IS NULL OR id = $1) RETURNING id
"""

COUNT_SEALED: Final = "SELECT count(*) FROM outbox WHERE sealed_letter IS NOT NULL"

SEALED_AFTER: Final = """
SELECT id, sealed_letter FROM outbox WHERE sealed_letter IS NOT NULL AND id > $1 ORDER BY id LIMIT $2
"""

# What was written since it was read is not written over.
SEAL_ANEW: Final = """
UPDATE outbox t SET sealed_letter = renewed.after
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS renewed (id, before, after)
WHERE t.id = renewed.id AND t.sealed_letter = renewed.before
RETURNING t.id
"""


async def insert_mail(
    tx: Connection,
    *,
    mail_id: UUID,
    kind: MailKind,
    recipient: str,
    recipient_key: str,
    user_id: UUID | None,
    sealed: bytes,
    now: datetime,
    priority: Priority,
    spacing: timedelta,
    most_spaced: int,
    asked_in: UUID | None,
) -> None:
    """Put a mail into the outbox, with the transaction of the fact that it tells.

    Its turn is `spacing` later for each mail that waits for the same mailbox, of which `most_spaced` count.
    """
    await tx.execute(
        INSERT_MAIL,
        mail_id,
        kind,
        recipient,
        recipient_key,
        user_id,
        sealed,
        now,
        priority,
        spacing,
        asked_in,
        most_spaced,
    )


async def lock_mailbox(tx: Connection, recipient_key: str) -> None:
    """Let nobody else count or write to this mailbox until the transaction ends."""
    await tx.execute(LOCK_MAILBOX, recipient_key)


async def mailbox(
    connection: Connection, recipient_key: str, kind: MailKind, hour_ago: datetime, day_ago: datetime
) -> Mailbox:
    """What was written to this mailbox lately."""
    row = await connection.fetchrow(SELECT_MAILBOX, recipient_key, kind, hour_ago, day_ago)
    if row is None:
        raise RuntimeError("an aggregate came back empty")
    return Mailbox(**row)


async def count_asked(
    connection: Connection, user_id: UUID, kind: MailKind, session_id: UUID, since: datetime
) -> tuple[int, int]:
    """How many mails of this kind this session of the user has caused since then, and all sessions of the user."""
    row = await connection.fetchrow(COUNT_ASKED, user_id, kind, session_id, since)
    return (row["in_session"], row["of_user"]) if row else (0, 0)


async def take_due(
    connection: Connection, now: datetime, leased_until: datetime, limit: int, latest_turn: datetime
) -> tuple[Waiting, ...]:
    """Take up to `limit` mails that are due in hand; the turn of none of them is after `latest_turn`."""
    rows = await connection.fetch(TAKE_DUE, now, leased_until, limit, latest_turn)
    return tuple(
        Waiting(row["id"], row["kind"], row["recipient"], row["sealed_letter"], row["attempts"], row["leased_until"])
        for row in rows
    )


async def mark_sent(connection: Connection, mail_id: UUID, now: datetime) -> None:
    """It is on its way; what it said is forgotten."""
    await connection.execute(MARK_SENT, mail_id, now)


async def mark_failed(connection: Connection, mail: Waiting, due_at: datetime, error: str) -> None:
    """Try again at `due_at`."""
    await connection.execute(MARK_FAILED, mail.id, mail.leased_until, due_at, error)


async def mark_dead(connection: Connection, mail: Waiting, now: datetime, error: str) -> None:
    """Give up, until an operator says otherwise."""
    await connection.execute(MARK_DEAD, mail.id, mail.leased_until, now, error)


async def written_since(connection: Connection, recipient_key: str, kind: MailKind, since: datetime) -> bool:
    """Whether a mail of this kind was written to this mailbox since then."""
    return bool(await connection.fetchval(WRITTEN_SINCE, recipient_key, kind, since))


async def count_dead(connection: Connection) -> int:
    """How many mails were given up."""
    return int(await connection.fetchval(COUNT_DEAD))


async def statuses(
    connection: Connection, *, sent_too: bool, user_id: UUID | None, recipient_key: str | None
) -> tuple[Status, ...]:
    """How the newest mails stand: all, or those to this user or to this mailbox."""
    rows = await connection.fetch(SELECT_STATUS, sent_too, user_id, recipient_key)
    return tuple(_status(row) for row in rows)


async def revive(connection: Connection, mail_id: UUID | None, now: datetime) -> int:
    """Make one unsent mail, or all of them, due now, but none that is in hand; how many."""
    return len(await connection.fetch(REVIVE, mail_id, now))


async def count_sealed(connection: Connection) -> int:
    """How many are sealed."""
    return int(await connection.fetchval(COUNT_SEALED))


async def sealed_after(connection: Connection, last: UUID, most: int) -> list[tuple[UUID, bytes]]:
    """The next ones, at most so many, after that one: mail and sealed bytes."""
    return [(row["id"], row["sealed_letter"]) for row in await connection.fetch(SEALED_AFTER, last, most)]


async def seal_anew(connection: Connection, renewals: Sequence[Renewal[UUID]]) -> int:
    """Put the new bytes where the old ones still are; how many."""
    return len(await connection.fetch(SEAL_ANEW, *columns(renewals)))


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
