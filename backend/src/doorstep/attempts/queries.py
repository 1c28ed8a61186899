"""SQL of open attempts: a row stands from the charge until the attempt was judged, and says what was charged."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from doorstep.attempts.models import Charged
from doorstep.kit.database import Connection

INSERT: Final = """
INSERT INTO open_attempts (id, subjects, totp_of, ticket_id, token_id, charged_at) VALUES ($1, $2, $3, $4, $5, $6)
"""

SETTLE: Final = "DELETE FROM open_attempts WHERE id = ANY($1::uuid[])"

# Each once: who deletes the row gives back. A counter that began anew since has forgotten the charge by itself. Locks
# are taken as those who charge take them, the network's before the person's. Where failures are left, so is the delay
# that they ask for.
_GIVE_BACK: Final = """
WITH due AS MATERIALIZED (
    DELETE FROM open_attempts WHERE {which} RETURNING subjects, totp_of, ticket_id, token_id, charged_at
), counted AS MATERIALIZED (
    SELECT t.subject, t.kind, count(*)::int AS times
    FROM due CROSS JOIN unnest(due.subjects) AS charged (subject)
    JOIN throttle t ON t.subject = charged.subject AND t.window_began_at <= due.charged_at
    GROUP BY t.subject
), held AS MATERIALIZED (
    SELECT t.subject, counted.times FROM throttle t JOIN counted ON counted.subject = t.subject
    ORDER BY t.kind <> 'network', t.subject FOR UPDATE OF t
), counters AS (
    UPDATE throttle t SET (failures, blocked_until) = (
        SELECT less, CASE WHEN $2::int > 0 AND less >= $2
                          THEN LEAST(t.blocked_until,
                                     t.touched_at + LEAST($3::interval,
                                                          interval '1 second' * power(2, LEAST(less - $2, 30)))) END
        FROM (SELECT GREATEST(t.failures - held.times, 0) AS less) AS left_over
    ) FROM held WHERE t.subject = held.subject
), apps AS (
    UPDATE totp SET wrong_codes = GREATEST(wrong_codes - times, 0)
    FROM (SELECT totp_of, count(*)::int AS times FROM due GROUP BY totp_of) AS charged
    WHERE totp.user_id = charged.totp_of
), tickets AS (
    UPDATE login_tickets SET tries = GREATEST(tries - times, 0)
    FROM (SELECT ticket_id, count(*)::int AS times FROM due GROUP BY ticket_id) AS charged
    WHERE login_tickets.id = charged.ticket_id
), tokens AS (
    UPDATE one_time_tokens SET wrong_codes = GREATEST(wrong_codes - times, 0)
    FROM (SELECT token_id, count(*)::int AS times FROM due GROUP BY token_id) AS charged
    WHERE one_time_tokens.id = charged.token_id
)
SELECT count(*) FROM due
"""
GIVE_BACK: Final = _GIVE_BACK.format(which="id = ANY($1::uuid[])")
GIVE_BACK_LEFT: Final = _GIVE_BACK.format(which="opened_at < now() - $1::interval")


async def insert(connection: Connection, attempt_id: UUID, charged: Charged, now: datetime) -> None:
    """Note what is charged, in the transaction that charges it."""
    await connection.execute(
        INSERT, attempt_id, list(charged.subjects), charged.totp_of, charged.ticket_id, charged.token_id, now
    )


async def settle(connection: Connection, attempts: list[UUID]) -> None:
    """These were judged: what was charged stays, or was taken back by a success."""
    await connection.execute(SETTLE, attempts)


async def give_back(connection: Connection, attempts: list[UUID], free: int, longest: timedelta) -> int:
    """Take the charges of these back; how many had not been judged or given back. `free`, `longest` as for charging."""
    return int(await connection.fetchval(GIVE_BACK, attempts, free, longest))


async def give_back_left(connection: Connection, after: timedelta, free: int, longest: timedelta) -> int:
    """The same for those that nobody has judged for so long: the process that began them is gone."""
    return int(await connection.fetchval(GIVE_BACK_LEFT, after, free, longest))
