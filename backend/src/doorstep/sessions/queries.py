"""SQL of sessions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.sessions.models import Exchange, LiveSession, NewSession, NextEnds, RevokedReason, Session, Skipped, Step

INSERT_SESSION: Final = """
INSERT INTO sessions (id, user_id, secret, rotated_at, remember, amr, created_at, authenticated_at, last_seen_at,
                      idle_expires_at, expires_at, address, user_agent, device_id, epoch)
SELECT $1, u.id, $3, $4, $5, $6, $4, $4, $4, $7, $8, $9::text::inet, $10, $11, u.session_epoch
FROM users u WHERE u.id = $2
"""

# The lock makes two tabs that refresh at once wait for each other: the second then sees what the first did.
LOCK_SESSION: Final = """
SELECT s.id, s.user_id, s.secret, s.generation, s.rotated_at, s.remember, s.amr, s.authenticated_at,
       s.idle_expires_at, s.expires_at, s.revoked_at, s.revoked_reason,
       u.status = 'active' AND s.epoch = u.session_epoch AS user_active, s.skipped_from, s.skipped_to
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = $1
FOR NO KEY UPDATE OF s
"""

# Without a lock: no statement changes it.
SELECT_SECRET: Final = "SELECT secret FROM sessions WHERE id = $1"  # noqa: S105 -- a statement

# Decides and writes at once, for all tokens that came in one moment, and commits once. It waits for no row: one that
# somebody else holds is left alone, so that nobody waits for another's session and no two wait for each other.
ROTATE: Final = """
WITH current AS MATERIALIZED (
    SELECT s.id, asked.address
    FROM unnest($1::uuid[], $2::integer[], $3::text[]::inet[]) AS asked (id, generation, address)
    JOIN sessions s ON s.id = asked.id AND s.generation = asked.generation
    JOIN users u ON u.id = s.user_id AND u.status = 'active' AND u.session_epoch = s.epoch
    WHERE s.revoked_at IS NULL AND s.idle_expires_at > $4 AND s.expires_at > $4
    FOR NO KEY UPDATE OF s SKIP LOCKED
)
UPDATE sessions s
SET generation = s.generation + 1, rotated_at = $4, last_seen_at = $4, address = current.address,
    idle_expires_at = least(CASE WHEN s.remember THEN $6::timestamptz ELSE $5 END, s.expires_at)
FROM current
WHERE s.id = current.id
RETURNING s.id, s.user_id, s.secret, s.generation, s.rotated_at, s.remember, s.amr, s.authenticated_at,
          s.idle_expires_at, s.expires_at, s.revoked_at, s.revoked_reason, true AS user_active
"""

# For a token that is not the current one and opens the session all the same. The caller holds the row; the user is
# looked at as they are now, since the row may have been waited for.
GO_ON: Final = """
UPDATE sessions s
SET generation = $2, skipped_from = $3, skipped_to = $4, rotated_at = $5, last_seen_at = $5, address = $6::text::inet,
    idle_expires_at = least(CASE WHEN s.remember THEN $8::timestamptz ELSE $7 END, s.expires_at)
FROM users u
WHERE s.id = $1 AND u.id = s.user_id AND u.status = 'active' AND u.session_epoch = s.epoch
RETURNING s.idle_expires_at
"""

REVOKE: Final = """
UPDATE sessions SET revoked_at = $2, revoked_reason = $3 WHERE id = $1 AND revoked_at IS NULL RETURNING id
"""

DEVICE_OF: Final = "SELECT device_id FROM sessions WHERE id = $1"

BEGAN_AT: Final = "SELECT created_at FROM sessions WHERE id = $1"

SELECT_LIVE_OF_USER: Final = """
SELECT s.id, s.created_at, s.last_seen_at, host(s.address) AS address, s.user_agent, s.remember
FROM users u JOIN sessions s ON s.user_id = u.id AND s.epoch = u.session_epoch
WHERE u.id = $1 AND s.revoked_at IS NULL AND s.idle_expires_at > $2 AND s.expires_at > $2
ORDER BY s.last_seen_at DESC, s.id DESC
LIMIT 200
"""

# No statement reads more rows of one user than this, whatever was stored before there was a limit.
COUNT_LIVE: Final = """
SELECT count(*) FROM (
    SELECT FROM users u JOIN sessions s ON s.user_id = u.id AND s.epoch = u.session_epoch
    WHERE u.id = $1 AND s.revoked_at IS NULL AND s.idle_expires_at > $2 AND s.expires_at > $2
      AND ($3::uuid IS NULL OR s.id <> $3)
    LIMIT 1000
) AS live
"""

SELECT_IS_LIVE: Final = """
SELECT EXISTS (
    SELECT FROM sessions s JOIN users u ON u.id = s.user_id AND u.session_epoch = s.epoch AND u.status = 'active'
    WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.idle_expires_at > $3 AND s.expires_at > $3
)
"""

REVOKE_OWN: Final = """
UPDATE sessions SET revoked_at = $3, revoked_reason = $4
WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND idle_expires_at > $3 AND expires_at > $3
  AND epoch = (SELECT session_epoch FROM users WHERE id = $2)
RETURNING id
"""

# All of them at once, however many there are: a session of an earlier epoch is not live.
END_ALL: Final = "UPDATE users SET session_epoch = session_epoch + 1 WHERE id = $1 RETURNING session_epoch"

CARRY_OVER: Final = """
UPDATE sessions SET epoch = $3 WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL AND epoch = $3 - 1 RETURNING id
"""

# The least recently used go first: of browsers that were seen once only, then of those that have come back within
# the day, then of those that have been known for longer. What was just begun is not among them.
END_EXCESS: Final = """
WITH live AS MATERIALIZED (
    SELECT s.id, s.last_seen_at, s.device_id
    FROM users u CROSS JOIN LATERAL (
        SELECT id, last_seen_at, device_id FROM sessions
        WHERE user_id = u.id AND epoch = u.session_epoch
          AND revoked_at IS NULL AND expires_at > $3 AND idle_expires_at > $3 AND id <> $2
        ORDER BY expires_at LIMIT $4::int + 500
    ) AS s
    WHERE u.id = $1
), ranked AS (
    SELECT live.id, count(*) OVER () AS number,
           row_number() OVER (
               ORDER BY CASE WHEN d.first_seen_at <= $3::timestamptz - interval '1 day' THEN 2
                             WHEN d.last_seen_at > d.first_seen_at THEN 1
                             ELSE 0 END, live.last_seen_at, live.id
           ) AS place
    FROM live LEFT JOIN known_devices d ON d.user_id = $1 AND d.device_id = live.device_id
)
UPDATE sessions s SET revoked_at = $3, revoked_reason = $5
FROM ranked WHERE s.id = ranked.id AND ranked.place <= ranked.number - ($4 - 1)
RETURNING s.id
"""

REVOKE_EVERYBODY: Final = """
WITH ended AS (
    UPDATE sessions s SET revoked_at = $1, revoked_reason = $2 FROM users u
    WHERE u.id = s.user_id AND u.session_epoch = s.epoch
      AND s.revoked_at IS NULL AND s.idle_expires_at > $1 AND s.expires_at > $1
    RETURNING s.user_id
)
SELECT user_id, count(*) AS sessions FROM ended GROUP BY user_id
"""

PROVE_AGAIN: Final = """
UPDATE sessions s
SET authenticated_at = $3, amr = s.amr || ARRAY(SELECT unnest($4::text[]) EXCEPT SELECT unnest(s.amr))
FROM users u
WHERE s.id = $1 AND u.id = s.user_id AND u.session_epoch = s.epoch
  AND s.revoked_at IS NULL AND s.idle_expires_at > $2 AND s.expires_at > $2
RETURNING s.user_id, s.amr
"""

BEGAN_WITH_OLDER_PASSKEY: Final = """
SELECT EXISTS (
    SELECT FROM sessions s JOIN passkeys p ON p.id = s.passkey_id
    WHERE s.id = $1 AND p.created_at <= $2
)
"""

NOTE_FACTOR: Final = "UPDATE sessions SET amr = amr || $2::text WHERE id = $1 AND $2 <> ALL(amr)"


def _session(row: Record) -> Session:
    return Session(
        id=row["id"],
        user_id=row["user_id"],
        secret=row["secret"],
        generation=row["generation"],
        rotated_at=row["rotated_at"],
        remember=row["remember"],
        amr=tuple(row["amr"]),
        authenticated_at=row["authenticated_at"],
        idle_expires_at=row["idle_expires_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        revoked_reason=RevokedReason(row["revoked_reason"]) if row["revoked_reason"] else None,
        user_active=row["user_active"],
    )


async def insert_session(tx: Connection, new: NewSession) -> None:
    """Add a session."""
    await tx.execute(
        INSERT_SESSION,
        new.id,
        new.user_id,
        new.secret,
        new.began_at,
        new.remember,
        list(new.amr),
        new.idle_expires_at,
        new.expires_at,
        new.address,
        new.user_agent,
        new.device_id,
    )


async def lock_session(tx: Connection, session_id: UUID) -> Session | None:
    """The session, held until the transaction ends."""
    row = await tx.fetchrow(LOCK_SESSION, session_id)
    if row is None:
        return None
    return replace(
        _session(row), skipped=Skipped(row["skipped_from"], row["skipped_to"]) if row["skipped_to"] else None
    )


async def secret_of(connection: Connection, session_id: UUID) -> bytes | None:
    """The secret that the tokens of this session are made from; None when there is no such session."""
    found: bytes | None = await connection.fetchval(SELECT_SECRET, session_id)
    return found


async def rotate(
    connection: Connection, exchanges: Sequence[Exchange], now: datetime, next_ends: NextEnds
) -> dict[UUID, Session]:
    """Make the next generation of each live session current, if the named one is; the sessions as they are then.

    Nothing is written where another is current, the session or its user may not act any more, or somebody else holds
    the row. Each session at most once.
    """
    rows = await connection.fetch(
        ROTATE,
        [exchange.session_id for exchange in exchanges],
        [exchange.generation for exchange in exchanges],
        [exchange.address for exchange in exchanges],
        now,
        next_ends.unremembered,
        next_ends.remembered,
    )
    return {row["id"]: _session(row) for row in rows}


async def go_on(
    tx: Connection, session: Session, step: Step, address: str | None, now: datetime, next_ends: NextEnds
) -> Session | None:
    """Take this step with a session that the transaction holds; None when its user may not act any more."""
    idle_expires_at = await tx.fetchval(
        GO_ON,
        session.id,
        step.generation,
        step.skipped.first if step.skipped else None,
        step.skipped.last if step.skipped else None,
        now,
        address,
        next_ends.unremembered,
        next_ends.remembered,
    )
    if idle_expires_at is None:
        return None
    return replace(
        session,
        generation=step.generation,
        skipped=step.skipped,
        rotated_at=now,
        idle_expires_at=idle_expires_at,
    )


async def revoke(tx: Connection, session_id: UUID, now: datetime, reason: RevokedReason) -> bool:
    """End a session; False when it had been revoked already."""
    return await tx.fetchval(REVOKE, session_id, now, reason) is not None


async def began_at(tx: Connection, session_id: UUID) -> datetime | None:
    """When that session began."""
    found: datetime | None = await tx.fetchval(BEGAN_AT, session_id)
    return found


async def device_of(connection: Connection, session_id: UUID) -> UUID | None:
    """The browser in which that session began."""
    found: UUID | None = await connection.fetchval(DEVICE_OF, session_id)
    return found


async def live_of_user(connection: Connection, user_id: UUID, now: datetime) -> tuple[LiveSession, ...]:
    """The sessions of a user that may still act, the one used last first."""
    rows = await connection.fetch(SELECT_LIVE_OF_USER, user_id, now)
    return tuple(
        LiveSession(
            row["id"], row["created_at"], row["last_seen_at"], row["address"], row["user_agent"], row["remember"]
        )
        for row in rows
    )


async def revoke_own(tx: Connection, session_id: UUID, user_id: UUID, now: datetime) -> bool:
    """End a live session of this user; False when the user has none of that id."""
    return await tx.fetchval(REVOKE_OWN, session_id, user_id, now, RevokedReason.REVOKED) is not None


async def count_live(connection: Connection, user_id: UUID, now: datetime, *, but: UUID | None = None) -> int:
    """How many sessions of this user may act, not counting `but`; a thousand at the most."""
    return int(await connection.fetchval(COUNT_LIVE, user_id, now, but))


async def is_live(connection: Connection, user_id: UUID, session_id: UUID, now: datetime) -> bool:
    """Whether this session of this user may act."""
    return bool(await connection.fetchval(SELECT_IS_LIVE, session_id, user_id, now))


async def end_all(tx: Connection, user_id: UUID, *, but: UUID | None = None) -> None:
    """End every session of a user but one. Costs the same for one session and for a million."""
    epoch = await tx.fetchval(END_ALL, user_id)
    if but is not None:
        await tx.execute(CARRY_OVER, user_id, but, epoch)


async def end_excess(tx: Connection, user_id: UUID, kept: UUID, now: datetime, most: int) -> tuple[UUID, ...]:
    """End those past the `most` that a user may have, the least recently used first and never `kept`; which."""
    rows = await tx.fetch(END_EXCESS, user_id, kept, now, most, RevokedReason.TOO_MANY_SESSIONS)
    return tuple(row["id"] for row in rows)


async def revoke_everybody(tx: Connection, now: datetime, reason: RevokedReason) -> dict[UUID, int]:
    """End every live session of everybody; how many of whom."""
    return {row["user_id"]: row["sessions"] for row in await tx.fetch(REVOKE_EVERYBODY, now, reason)}


async def prove_again(
    tx: Connection, session_id: UUID, now: datetime, proved_at: datetime, amr: tuple[str, ...]
) -> tuple[UUID, tuple[str, ...]] | None:
    """Note when and how the person proved again who they are; user and factors, or None when the session ended."""
    row = await tx.fetchrow(PROVE_AGAIN, session_id, now, proved_at, list(amr))
    return (row["user_id"], tuple(row["amr"])) if row else None


async def note_factor(tx: Connection, session_id: UUID, amr: str) -> None:
    """Note that this factor was shown in the session, too."""
    await tx.execute(NOTE_FACTOR, session_id, amr)


async def began_with_older_passkey(connection: Connection, session_id: UUID, moment: datetime) -> bool:
    """Whether the session began with a passkey that was there at that moment."""
    return bool(await connection.fetchval(BEGAN_WITH_OLDER_PASSKEY, session_id, moment))
