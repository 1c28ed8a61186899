"""SQL of sessions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.sessions.models import Exchange, LiveSession, NewSession, NextEnds, RevokedReason, Session

INSERT_SESSION: Final = """
INSERT INTO sessions (id, user_id, secret, rotated_at, remember, amr, created_at, authenticated_at, last_seen_at,
                      idle_expires_at, expires_at, address, user_agent, device_id)
VALUES ($1, $2, $3, $4, $5, $6, $4, $4, $4, $7, $8, $9::text::inet, $10, $11)
"""

# The lock makes two tabs that refresh at once wait for each other: the second then sees what the first did.
LOCK_SESSION: Final = """
SELECT s.id, s.user_id, s.secret, s.generation, s.rotated_at, s.remember, s.amr, s.authenticated_at,
       s.idle_expires_at, s.expires_at, s.revoked_at, u.status = 'active' AS user_active
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
    JOIN users u ON u.id = s.user_id AND u.status = 'active'
    WHERE s.revoked_at IS NULL AND s.idle_expires_at > $4 AND s.expires_at > $4
    FOR NO KEY UPDATE OF s SKIP LOCKED
)
UPDATE sessions s
SET generation = s.generation + 1, rotated_at = $4, last_seen_at = $4, address = current.address,
    idle_expires_at = least(CASE WHEN s.remember THEN $6::timestamptz ELSE $5 END, s.expires_at)
FROM current
WHERE s.id = current.id
RETURNING s.id, s.user_id, s.secret, s.generation, s.rotated_at, s.remember, s.amr, s.authenticated_at,
          s.idle_expires_at, s.expires_at, s.revoked_at, true AS user_active
"""

REVOKE: Final = """
UPDATE sessions SET revoked_at = $2, revoked_reason = $3 WHERE id = $1 AND revoked_at IS NULL RETURNING id
"""

BEGAN_AT: Final = "SELECT created_at FROM sessions WHERE id = $1"

SELECT_LIVE_OF_USER: Final = """
SELECT id, created_at, last_seen_at, host(address) AS address, user_agent, remember
FROM sessions
WHERE user_id = $1 AND revoked_at IS NULL AND idle_expires_at > $2 AND expires_at > $2
ORDER BY last_seen_at DESC, id DESC
LIMIT 200
"""

REVOKE_OWN: Final = """
UPDATE sessions SET revoked_at = $3, revoked_reason = $4
WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND idle_expires_at > $3 AND expires_at > $3
RETURNING id
"""

REVOKE_OTHERS: Final = """
UPDATE sessions SET revoked_at = $3, revoked_reason = $4
WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL AND idle_expires_at > $3 AND expires_at > $3
RETURNING id
"""

REVOKE_ALL: Final = """
UPDATE sessions SET revoked_at = $2, revoked_reason = $3 WHERE user_id = $1 AND revoked_at IS NULL RETURNING id
"""

REVOKE_EVERYBODY: Final = """
WITH ended AS (
    UPDATE sessions SET revoked_at = $1, revoked_reason = $2
    WHERE revoked_at IS NULL AND idle_expires_at > $1 AND expires_at > $1
    RETURNING user_id
)
SELECT user_id, count(*) AS sessions FROM ended GROUP BY user_id
"""

PROVE_AGAIN: Final = """
UPDATE sessions SET authenticated_at = $3, amr = amr || ARRAY(SELECT unnest($4::text[]) EXCEPT SELECT unnest(amr))
WHERE id = $1 AND revoked_at IS NULL AND idle_expires_at > $2 AND expires_at > $2
RETURNING user_id, amr
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
    return _session(row) if row else None


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


async def revoke(tx: Connection, session_id: UUID, now: datetime, reason: RevokedReason) -> bool:
    """End a session; False when it had been revoked already."""
    return await tx.fetchval(REVOKE, session_id, now, reason) is not None


async def began_at(tx: Connection, session_id: UUID) -> datetime | None:
    """When that session began."""
    found: datetime | None = await tx.fetchval(BEGAN_AT, session_id)
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


async def revoke_others(
    tx: Connection, user_id: UUID, kept: UUID, now: datetime, reason: RevokedReason
) -> tuple[UUID, ...]:
    """End all live sessions of this user but one; the ids of those that ended."""
    return tuple(row["id"] for row in await tx.fetch(REVOKE_OTHERS, user_id, kept, now, reason))


async def revoke_all(tx: Connection, user_id: UUID, now: datetime, reason: RevokedReason) -> int:
    """End every session of a user; how many."""
    return len(await tx.fetch(REVOKE_ALL, user_id, now, reason))


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
