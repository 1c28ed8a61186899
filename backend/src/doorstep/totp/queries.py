"""SQL of authenticator apps."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.totp.models import Totp

# Who begins again gets another secret; one that is in use stays.
BEGIN: Final = """
INSERT INTO totp AS t (user_id, sealed_secret, created_at) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET sealed_secret = $2, created_at = $3, last_step = 0, wrong_codes = 0
WHERE t.confirmed_at IS NULL
RETURNING user_id
"""

SELECT_OF_USER: Final = """
SELECT user_id, sealed_secret, created_at, confirmed_at, last_step FROM totp WHERE user_id = $1
"""

# Charged before it is known to be wrong, in the statement that reads the secret.
CHARGE: Final = """
UPDATE totp SET wrong_codes = wrong_codes + 1
WHERE user_id = $1 AND confirmed_at IS NOT NULL AND ($2 OR wrong_codes < $3)
RETURNING user_id, sealed_secret, created_at, confirmed_at, last_step
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
RETURNING user_id, sealed_secret, created_at, confirmed_at, last_step
"""

CONFIRM: Final = """
UPDATE totp SET confirmed_at = $3, last_step = $2, wrong_codes = 0
WHERE user_id = $1 AND confirmed_at IS NULL AND sealed_secret = $4
RETURNING user_id
"""

REMOVE: Final = "DELETE FROM totp WHERE user_id = $1 RETURNING confirmed_at IS NOT NULL"


def _totp(row: Record) -> Totp:
    return Totp(row["user_id"], row["sealed_secret"], row["created_at"], row["confirmed_at"], row["last_step"])


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


async def confirm(tx: Connection, user_id: UUID, step: int, now: datetime, sealed_secret: bytes) -> bool:
    """Take that very secret into use; False when it is not the one that is being set up any more."""
    return await tx.fetchval(CONFIRM, user_id, step, now, sealed_secret) is not None


async def remove(tx: Connection, user_id: UUID) -> bool:
    """Forget the secret; False when none was in use."""
    return bool(await tx.fetchval(REMOVE, user_id))
