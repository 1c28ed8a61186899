"""SQL of recovery codes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection
from doorstep.kit.sealing import Renewal

INSERT: Final = """
INSERT INTO recovery_codes (code_hash, user_id, made_in, created_at) SELECT unnest($1::bytea[]), $2, $3, $4
"""

# Of two that come with the same code at once, the second finds none.
USE: Final = "DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = ANY($2::bytea[]) RETURNING user_id"

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

KEEP_KEY: Final = """
INSERT INTO recovery_code_keys (id, sealed_key, kept_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING RETURNING id
"""

SELECT_KEYS: Final = "SELECT id, sealed_key FROM recovery_code_keys ORDER BY kept_at DESC, id"

SELECT_KEPT_AT: Final = "SELECT kept_at FROM recovery_code_keys WHERE id = $1"

SEAL_KEY_ANEW: Final = "UPDATE recovery_code_keys SET sealed_key = $3 WHERE id = $1 AND sealed_key = $2"


async def insert(tx: Connection, user_id: UUID, hashes: Sequence[bytes], made_in: UUID, now: datetime) -> None:
    """Add codes that were asked for in that session."""
    await tx.execute(INSERT, hashes, user_id, made_in, now)


async def use(tx: Connection, user_id: UUID, code_hashes: Sequence[bytes]) -> bool:
    """Use the code up that one of these is the hash of; False when the user has none such."""
    return await tx.fetchval(USE, user_id, code_hashes) is not None


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


async def keep_key(tx: Connection, secret_id: bytes, sealed_key: bytes, now: datetime) -> bool:
    """Keep the key that codes were hashed with under the secret of that fingerprint; False when it was kept before."""
    return await tx.fetchval(KEEP_KEY, secret_id, sealed_key, now) is not None


async def keys(connection: Connection) -> list[tuple[bytes, bytes]]:
    """The kept keys, sealed, by the fingerprint of the secret they are of; the newest first."""
    return [(row["id"], row["sealed_key"]) for row in await connection.fetch(SELECT_KEYS)]


async def kept_at(connection: Connection, secret_id: bytes) -> datetime | None:
    """When the key of that secret was kept; None when it was not."""
    found: datetime | None = await connection.fetchval(SELECT_KEPT_AT, secret_id)
    return found


async def seal_key_anew(tx: Connection, renewal: Renewal[bytes]) -> None:
    """Put a kept key's new bytes where the old ones still are."""
    await tx.execute(SEAL_KEY_ANEW, renewal.name, renewal.before, renewal.after)
