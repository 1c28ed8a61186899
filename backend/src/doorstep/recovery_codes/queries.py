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


async def count(connection: Connection, user_id: UUID) -> int:
    """How many are left."""
    return int(await connection.fetchval(COUNT, user_id))
