"""SQL of the purge: one statement for each table, a bounded batch at a time.

Each finds its rows by an index, oldest first, and passes over those that somebody is using. The key column sorts out
the batch before anything is deleted (`MATERIALIZED`), so that no plan deletes more than the batch.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from doorstep.kit.database import Connection, plan_for_arguments
from doorstep.kit.entropy import first_id
from doorstep.upkeep.policy import Horizons

BATCH: Final = 1000

# For one transaction, so that it also holds behind PgBouncer in transaction mode. The number names this lock alone.
TRY_LOCK: Final = "SELECT pg_try_advisory_xact_lock(6011850270425160)"

THROTTLE: Final = """
WITH due AS MATERIALIZED (
    SELECT subject FROM throttle
    WHERE touched_at <= $1 AND (touched_at <= $2 OR $3::int = 0 OR failures < $3)
    ORDER BY touched_at LIMIT $4 FOR UPDATE SKIP LOCKED
)
DELETE FROM throttle t USING due WHERE t.subject = due.subject
"""

SPENT_PROOFS: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM spent_proofs WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM spent_proofs p USING due WHERE p.id = due.id
"""

SPENT_CHALLENGES: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM spent_challenges WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM spent_challenges c USING due WHERE c.id = due.id
"""

# What ended so long ago began before that: the ids, which sort by time, leave the sessions of today out.
SESSIONS: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM sessions
    WHERE id < $1 AND LEAST(idle_expires_at, revoked_at) <= $2
    ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
)
DELETE FROM sessions s USING due WHERE s.id = due.id
"""

KNOWN_DEVICES: Final = """
WITH due AS MATERIALIZED (
    SELECT user_id, device_id FROM known_devices
    WHERE last_seen_at <= $1 ORDER BY last_seen_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM known_devices d USING due WHERE d.user_id = due.user_id AND d.device_id = due.device_id
"""

# The trigger goes by the clock of the database: with ours ahead, the statement would fail as a whole.
AUDIT_EVENTS: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM audit_events
    WHERE occurred_at < LEAST($1, now() - interval '90 days')
    ORDER BY occurred_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM audit_events e USING due WHERE e.id = due.id
"""

SIGNING_KEYS: Final = """
WITH due AS MATERIALIZED (
    SELECT kid FROM signing_keys
    WHERE LEAST(retires_at, withdrawn_at) <= $1 ORDER BY kid LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM signing_keys k USING due WHERE k.kid = due.kid
"""

ONE_TIME_TOKENS: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM one_time_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM one_time_tokens t USING due WHERE t.id = due.id
"""

OUTBOX: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE COALESCE(sent_at, dead_at) <= $1 ORDER BY COALESCE(sent_at, dead_at) LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM outbox o USING due WHERE o.id = due.id
"""

RECOVERY_REQUESTS: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM recovery_requests WHERE created_at <= $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM recovery_requests r USING due WHERE r.id = due.id
"""

HELD_ADDRESSES: Final = """
WITH due AS MATERIALIZED (
    SELECT email_key FROM held_addresses WHERE held_until <= $1 ORDER BY held_until LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM held_addresses h USING due WHERE h.email_key = due.email_key
"""

LOGIN_TICKETS: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM login_tickets WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM login_tickets t USING due WHERE t.id = due.id
"""

TOTP: Final = """
WITH due AS MATERIALIZED (
    SELECT user_id FROM totp
    WHERE confirmed_at IS NULL AND created_at <= $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM totp t USING due WHERE t.user_id = due.user_id
"""

PENDING_RECOVERY_CODES: Final = """
WITH due AS MATERIALIZED (
    SELECT user_id FROM pending_recovery_codes
    WHERE created_at <= $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM pending_recovery_codes c USING due WHERE c.user_id = due.user_id
"""


async def is_our_turn(tx: Connection) -> bool:
    """Whether no other process purges just now; holds until the transaction ends."""
    return bool(await tx.fetchval(TRY_LOCK))


def purges(until: Horizons) -> Mapping[str, tuple[str, tuple[object, ...]]]:
    """By table: the statement that deletes one batch, and what it is given."""
    return MappingProxyType(
        {
            "throttle": (THROTTLE, (until.quiet_counters, until.counters, until.lock_after, BATCH)),
            "spent_proofs": (SPENT_PROOFS, (until.proofs, BATCH)),
            "spent_challenges": (SPENT_CHALLENGES, (until.proofs, BATCH)),
            "sessions": (SESSIONS, (first_id(until.sessions), until.sessions, BATCH)),
            "known_devices": (KNOWN_DEVICES, (until.devices, BATCH)),
            "audit_events": (AUDIT_EVENTS, (until.events, BATCH)),
            "signing_keys": (SIGNING_KEYS, (until.keys, BATCH)),
            "one_time_tokens": (ONE_TIME_TOKENS, (until.tokens, BATCH)),
            "outbox": (OUTBOX, (until.mails, BATCH)),
            "recovery_requests": (RECOVERY_REQUESTS, (until.recovery_requests, BATCH)),
            "held_addresses": (HELD_ADDRESSES, (until.held_addresses, BATCH)),
            "login_tickets": (LOGIN_TICKETS, (until.login_tickets, BATCH)),
            "totp": (TOTP, (until.totp_pending, BATCH)),
            "pending_recovery_codes": (PENDING_RECOVERY_CODES, (until.codes_pending, BATCH)),
        }
    )


async def delete_batch(tx: Connection, statement: str, arguments: tuple[object, ...]) -> int:
    """How many rows this batch had; fewer than BATCH means that no more are due that could be had."""
    await plan_for_arguments(tx)
    done = await tx.execute(statement, *arguments)
    return int(done.rpartition(" ")[2])
