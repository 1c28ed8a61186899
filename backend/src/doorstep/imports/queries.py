"""SQL of imports: many users by one statement, in the transaction that says how far the file is done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.audit.models import Client
from doorstep.imports.models import NewUser, NotImported, Progress, Reason
from doorstep.kit.database import Connection, Record
from doorstep.kit.entropy import new_id

FORGET_ABANDONED: Final = "DELETE FROM imports WHERE touched_at < $1"

BEGIN: Final = """
INSERT INTO imports AS i (fingerprint, id, began_at, touched_at) VALUES ($1, $2, $3, $3)
ON CONFLICT (fingerprint) DO UPDATE SET touched_at = $3
RETURNING id, bytes_done, lines_done, added, duplicates, refused, without_password
"""

IS_UNDER_WAY: Final = "SELECT EXISTS (SELECT FROM imports WHERE fingerprint = $1 AND touched_at >= $2)"

# The lock holds a second process that imports the same file until this batch is done, and then it finds itself behind.
HOLD: Final = "SELECT id FROM imports WHERE fingerprint = $1 AND id = $2 AND bytes_done = $3 FOR UPDATE"

ADVANCE: Final = """
UPDATE imports SET bytes_done = $2, lines_done = $3, added = $4, duplicates = $5, refused = $6, touched_at = $7,
    without_password = $8
WHERE fingerprint = $1
"""

FINISH: Final = "DELETE FROM imports WHERE fingerprint = $1 AND id = $2 AND bytes_done = $3 RETURNING id"

# In the order of the unique key, so that two imports of different files never wait for each other's rows in a circle.
# Each user's trail begins with the import, written by the same statement: an id that the trail knows already was
# somebody else's. The subquery stays one index probe a row, where a join might read the whole trail for each batch.
ADD_USERS: Final = """
WITH staged AS MATERIALIZED (
    SELECT * FROM unnest($1::int8[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                         $7::timestamptz[], $8::text[], $9::uuid[])
        AS s (line, id, email, email_key, password_hash, email_verified_at, created_at, status, event_id)
), added AS (
    INSERT INTO users (id, email, email_key, email_key_form, password_hash, email_verified_at, created_at, status,
                       updated_at)
    SELECT id, email, email_key, 2, password_hash, email_verified_at, created_at, status, $10 FROM staged
    WHERE (SELECT e.id FROM audit_events e WHERE e.user_id = staged.id LIMIT 1) IS NULL
    ORDER BY email_key
    ON CONFLICT DO NOTHING
    RETURNING id
), trail AS (
    INSERT INTO audit_events (id, occurred_at, kind, outcome, user_id, user_agent, detail)
    SELECT s.event_id, $10, $11, $12, s.id, $13, jsonb_build_object('import', $14::text, 'line', s.line)
    FROM staged s JOIN added USING (id)
)
SELECT line FROM staged s WHERE NOT EXISTS (SELECT FROM added WHERE added.id = s.id)
"""

# Why: a user of this very import, by the trail, or one who was there before.
WHY_NOT: Final = """
SELECT s.line, u.id IS NOT NULL AS has_email, (
    SELECT (e.detail ->> 'line')::int8 FROM audit_events e
    WHERE e.user_id = COALESCE(u.id, s.id) AND e.kind = $4 AND e.detail ->> 'import' = $5 LIMIT 1
) AS first_line
FROM unnest($1::int8[], $2::text[], $3::uuid[]) AS s (line, email_key, id)
LEFT JOIN users u ON u.email_key = s.email_key
"""

# A rehearsal remembers the file's own addresses in a table that nobody else sees and that ends with the transaction.
MAKE_REHEARSAL: Final = """
CREATE TEMPORARY TABLE import_rehearsal (
    email_key text COLLATE "C" PRIMARY KEY, id uuid NOT NULL UNIQUE, line int8 NOT NULL
) ON COMMIT DROP
"""

REHEARSE: Final = """
WITH staged AS MATERIALIZED (
    SELECT s.*, EXISTS (SELECT FROM users u WHERE u.email_key = s.email_key) AS has_email,
           EXISTS (SELECT FROM users u WHERE u.id = s.id)
           OR (SELECT e.id FROM audit_events e WHERE e.user_id = s.id LIMIT 1) IS NOT NULL AS has_id
    FROM unnest($1::int8[], $2::text[], $3::uuid[]) AS s (line, email_key, id)
), added AS (
    INSERT INTO import_rehearsal (line, email_key, id)
    SELECT line, email_key, id FROM staged WHERE NOT has_email AND NOT has_id
    ON CONFLICT DO NOTHING RETURNING line
)
SELECT line, has_email, COALESCE(
    (SELECT r.line FROM import_rehearsal r WHERE r.email_key = s.email_key),
    (SELECT r.line FROM import_rehearsal r WHERE r.id = s.id)
) AS first_line
FROM staged s WHERE NOT EXISTS (SELECT FROM added WHERE added.line = s.line)
"""

TAKE_STATISTICS: Final = "ANALYZE users, audit_events"
_LONGEST_LOOK: Final = 300.0  # seconds: thirty thousand pages of each table, wherever they lie


async def begin(tx: Connection, fingerprint: bytes, now: datetime, abandoned: datetime) -> Progress:
    """How far the file with this fingerprint was imported before; one that was finished begins anew."""
    await tx.execute(FORGET_ABANDONED, abandoned)
    row = await tx.fetchrow(BEGIN, fingerprint, new_id(now), now)
    if row is None:
        raise RuntimeError("an upsert returned no row")
    return Progress(
        *(row["id"], row["bytes_done"], row["lines_done"], row["added"], row["duplicates"], row["refused"]),
        without_password=row["without_password"],
    )


async def is_under_way(connection: Connection, fingerprint: bytes, abandoned: datetime) -> bool:
    """Whether the file with this fingerprint was begun and is not done."""
    return bool(await connection.fetchval(IS_UNDER_WAY, fingerprint, abandoned))


async def hold(tx: Connection, fingerprint: bytes, progress: Progress) -> bool:
    """Keep others from importing the file until the transaction ends; False when somebody else has gone on."""
    return await tx.fetchval(HOLD, fingerprint, progress.import_id, progress.offset) is not None


async def advance(tx: Connection, fingerprint: bytes, progress: Progress, now: datetime) -> None:
    """Note how far the file is done."""
    await tx.execute(
        ADVANCE,
        fingerprint,
        progress.offset,
        progress.lines,
        progress.added,
        progress.duplicates,
        progress.refused,
        now,
        progress.without_password,
    )


async def finish(tx: Connection, fingerprint: bytes, progress: Progress) -> bool:
    """Forget how far the file is done; False when somebody else has gone on."""
    return await tx.fetchval(FINISH, fingerprint, progress.import_id, progress.offset) is not None


async def take_statistics(connection: Connection) -> None:
    """Have PostgreSQL look how large the tables are now, and plan what it does with them anew."""
    await connection.execute(TAKE_STATISTICS, timeout=_LONGEST_LOOK)


async def add_users(
    tx: Connection, users: Sequence[NewUser], import_id: UUID, *, kind: str, outcome: str, client: Client, now: datetime
) -> list[NotImported]:
    """Add these users and an event for each; those whose e-mail or id is taken are told, and nothing else is done."""
    left = await tx.fetch(
        ADD_USERS,
        [user.line for user in users],
        [user.id for user in users],
        [user.email for user in users],
        [user.email_key for user in users],
        [user.password_hash for user in users],
        [user.email_verified_at for user in users],
        [user.created_at for user in users],
        [user.status for user in users],
        [new_id(now) for _ in users],
        now,
        kind,
        outcome,
        client.user_agent,
        str(import_id),
    )
    lines = {row["line"] for row in left}
    others = [user for user in users if user.line in lines]
    if not others:
        return []
    return [_not_imported(row) for row in await tx.fetch(WHY_NOT, *_named(others), kind, str(import_id))]


async def begin_rehearsal(tx: Connection) -> None:
    """Make the place where a rehearsal remembers what it has seen, until the transaction ends."""
    await tx.execute(MAKE_REHEARSAL)


async def rehearse(tx: Connection, users: Sequence[NewUser]) -> list[NotImported]:
    """Who of them would not be added, and why."""
    return [_not_imported(row) for row in await tx.fetch(REHEARSE, *_named(users))]


def _named(users: Sequence[NewUser]) -> tuple[list[int], list[str], list[UUID]]:
    return [user.line for user in users], [user.email_key for user in users], [user.id for user in users]


def _not_imported(row: Record) -> NotImported:
    if row["first_line"] is not None:
        return NotImported(row["line"], Reason.TWICE_IN_FILE, row["first_line"])
    return NotImported(row["line"], Reason.EMAIL_TAKEN if row["has_email"] else Reason.ID_TAKEN)
