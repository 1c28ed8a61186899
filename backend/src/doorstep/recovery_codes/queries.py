"""SQL of recovery codes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection

INSERT: Final = """
INSERT INTO recovery_codes (code_hash, user_id, made_in, created_at) SELECT unnest($1::bytea[]), $2, $3, $4
"""

# Of two that come with the same code at once, the second finds none.
USE: Final = "DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2 RETURNING user_id"

DROP: Final = "DELETE FROM recovery_codes WHERE user_id = $1"

PREPARE: Final = """
INSERT INTO pending_recovery_codes (user_id, set_id, made_in, code_hashes, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id) DO UPDATE SET set_id = excluded.set_id, made_in = excluded.made_in,
    code_hashes = excluded.code_hashes, created_at = excluded.created_at, kept_at = NULL
"""

# Held, so that of two keeps at once the second sees that it is done.
LOCK_PENDING: Final = """
SELECT code_hashes, kept_at FROM pending_recovery_codes
WHERE user_id = $1 AND set_id = $2 AND made_in = $3 AND created_at > $4 FOR UPDATE
"""

MARK_KEPT: Final = (
    "UPDATE pending_recovery_codes SET kept_at = GREATEST($2, created_at), code_hashes = '{}' WHERE user_id = $1"
)

DROP_PENDING: Final = "DELETE FROM pending_recovery_codes WHERE user_id = $1"

COUNT: Final = "SELECT count(*) FROM recovery_codes WHERE user_id = $1"


async def insert(tx: Connection, user_id: UUID, hashes: Sequence[bytes], made_in: UUID, now: datetime) -> None:
    """Add codes that were asked for in that session."""
    await tx.execute(INSERT, hashes, user_id, made_in, now)


async def use(tx: Connection, user_id: UUID, code_hash: bytes) -> bool:
    """Use a code up; False when the user has none such."""
    return await tx.fetchval(USE, user_id, code_hash) is not None


async def drop(tx: Connection, user_id: UUID) -> None:
    """Forget all codes of this user."""
    await tx.execute(DROP, user_id)


async def prepare(
    tx: Connection, user_id: UUID, set_id: UUID, hashes: Sequence[bytes], made_in: UUID, now: datetime
) -> None:
    """Add codes that wait to be kept by that session, instead of others that wait."""
    await tx.execute(PREPARE, user_id, set_id, made_in, hashes, now)


async def lock_pending(
    tx: Connection, user_id: UUID, set_id: UUID, made_in: UUID, since: datetime
) -> tuple[Sequence[bytes], bool] | None:
    """The hashes of that set, and whether it was kept already; None when there is none such."""
    row = await tx.fetchrow(LOCK_PENDING, user_id, set_id, made_in, since)
    return (row["code_hashes"], row["kept_at"] is not None) if row else None


async def mark_kept(tx: Connection, user_id: UUID, now: datetime) -> None:
    """Note that the codes that waited count from now on."""
    await tx.execute(MARK_KEPT, user_id, now)


async def drop_pending(tx: Connection, user_id: UUID) -> None:
    """Forget the codes that wait."""
    await tx.execute(DROP_PENDING, user_id)


async def count(connection: Connection, user_id: UUID) -> int:
    """How many are left."""
    return int(await connection.fetchval(COUNT, user_id))
