"""SQL of authenticator apps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.kit.sealing import Renewal, columns
from doorstep.totp.models import Totp

# Who begins again gets another secret; one that is in use stays.
BEGIN: Final = """
INSERT INTO totp AS t (user_id, sealed_secret, created_at) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET sealed_secret = $2, created_at = $3, last_step = 0, wrong_codes = 0
WHERE t.confirmed_at IS NULL
RETURNING user_id
"""

SELECT_OF_USER: Final = """
SELECT * FROM totp WHERE user_id = $1
"""

# Charged before it is known to be wrong, in the statement that reads the secret.
CHARGE: Final = """
UPDATE totp SET wrong_codes = wrong_codes + 1
WHERE user_id = $1 AND confirmed_at IS NOT NULL AND ($2 OR wrong_codes < $3)
RETURNING *
"""

# Of two that come with the same code at once, the second finds the step used.
USE_STEP: Final = """
UPDATE totp SET last_step = $2, wrong_codes = 0
WHERE user_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2
RETURNING user_id
"""

# The same while it is being set up: nobody confirms by guessing what only the app knows.
CHARGE_PENDING: Final = """
UPDATE totp SET wrong_codes = wrong_codes + 1
WHERE user_id = $1 AND confirmed_at IS NULL AND wrong_codes < $2
RETURNING *
"""

CONFIRM: Final = """
UPDATE totp SET confirmed_at = $3, last_step = $2, wrong_codes = 0, confirmed_in = $5
WHERE user_id = $1 AND confirmed_at IS NULL AND sealed_secret = $4
RETURNING user_id
"""

SCHEDULE_REMOVAL: Final = """
UPDATE totp SET removal_due_at = $2, removal_since = $3, removal_session_id = $4
WHERE user_id = $1 AND confirmed_at IS NOT NULL AND removal_due_at IS NULL
"""

STOP_REMOVAL: Final = """
UPDATE totp SET removal_due_at = NULL, removal_since = NULL, removal_session_id = NULL WHERE user_id = $1
"""

SELECT_TO_REMOVE: Final = "SELECT user_id FROM totp WHERE removal_due_at <= $1 ORDER BY removal_due_at LIMIT $2"

REMOVE: Final = "DELETE FROM totp WHERE user_id = $1 RETURNING confirmed_at IS NOT NULL"

COUNT_SEALED: Final = "SELECT count(*) FROM totp"

SEALED_AFTER: Final = """
SELECT user_id, sealed_secret FROM totp WHERE user_id > $1 ORDER BY user_id LIMIT $2
"""

# What was written since it was read is not written over.
SEAL_ANEW: Final = """
UPDATE totp t SET sealed_secret = renewed.after
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS renewed (id, before, after)
WHERE t.user_id = renewed.id AND t.sealed_secret = renewed.before
RETURNING t.user_id
"""


def _totp(row: Record) -> Totp:
    return Totp(
        row["user_id"],
        row["sealed_secret"],
        row["created_at"],
        row["confirmed_at"],
        row["last_step"],
        row["wrong_codes"],
        row["confirmed_in"],
        row["removal_due_at"],
        row["removal_since"],
        row["removal_session_id"],
    )


async def begin(tx: Connection, user_id: UUID, sealed_secret: bytes, now: datetime) -> bool:
    """Keep a secret to be confirmed; False when one is in use."""
    return await tx.fetchval(BEGIN, user_id, sealed_secret, now) is not None


async def of_user(connection: Connection, user_id: UUID) -> Totp | None:
    """The secret of this user, in use or being set up."""
    row = await connection.fetchrow(SELECT_OF_USER, user_id)
    return _totp(row) if row else None


async def charge(connection: Connection, user_id: UUID, most: int, *, boundless: bool) -> Totp | None:
    """The secret in use, one wrong code charged; None when there is none, or at `most` unless `boundless`."""
    row = await connection.fetchrow(CHARGE, user_id, boundless, most)
    return _totp(row) if row else None


async def charge_pending(connection: Connection, user_id: UUID, most: int) -> Totp | None:
    """The secret that is being set up, one wrong code charged; None when there is none, or at `most`."""
    row = await connection.fetchrow(CHARGE_PENDING, user_id, most)
    return _totp(row) if row else None


async def use_step(tx: Connection, user_id: UUID, step: int) -> bool:
    """Use the code of that step up; False when it was."""
    return await tx.fetchval(USE_STEP, user_id, step) is not None


async def confirm(
    tx: Connection, user_id: UUID, step: int, now: datetime, sealed_secret: bytes, confirmed_in: UUID
) -> bool:
    """Take that very secret into use; False when it is not the one that is being set up any more."""
    return await tx.fetchval(CONFIRM, user_id, step, now, sealed_secret, confirmed_in) is not None


async def remove(tx: Connection, user_id: UUID) -> bool:
    """Forget the secret; False when none was in use."""
    return bool(await tx.fetchval(REMOVE, user_id))


async def schedule_removal(
    tx: Connection, user_id: UUID, due_at: datetime, since: datetime, session: UUID | None
) -> None:
    """Let the app in use go at `due_at`, unless that was settled before."""
    await tx.execute(SCHEDULE_REMOVAL, user_id, due_at, since, session)


async def stop_removal(tx: Connection, user_id: UUID) -> None:
    """Let the app stay."""
    await tx.execute(STOP_REMOVAL, user_id)


async def to_remove(connection: Connection, now: datetime, most: int) -> list[UUID]:
    """Users whose app is due to be removed, the longest due first."""
    return [row["user_id"] for row in await connection.fetch(SELECT_TO_REMOVE, now, most)]


async def count(connection: Connection) -> int:
    """How many are sealed."""
    return int(await connection.fetchval(COUNT_SEALED))


async def sealed_after(connection: Connection, last: UUID, most: int) -> list[tuple[UUID, bytes]]:
    """The next ones, at most so many, after that one: user and sealed bytes."""
    return [(row["user_id"], row["sealed_secret"]) for row in await connection.fetch(SEALED_AFTER, last, most)]


async def seal_anew(connection: Connection, renewals: Sequence[Renewal[UUID]]) -> int:
    """Put the new bytes where the old ones still are; how many."""
    return len(await connection.fetch(SEAL_ANEW, *columns(renewals)))
