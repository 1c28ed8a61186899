"""SQL of tokens that are good once."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.one_time_tokens.models import OneTimeToken, Purpose

INSERT: Final = """
INSERT INTO one_time_tokens (id, token_hash, code_hash, purpose, user_id, session_id, email, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

DROP_OLDER: Final = "DELETE FROM one_time_tokens WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL"

# Two uses at once: the second waits for the first here, and then sees that it is used.
LOCK_BY_HASH: Final = """
SELECT id, user_id, session_id, email, wrong_codes, expires_at, used_at
FROM one_time_tokens WHERE token_hash = $1 AND purpose = $2 FOR UPDATE
"""

SELECT_BY_HASH: Final = """
SELECT id, user_id, session_id, email, wrong_codes, expires_at, used_at
FROM one_time_tokens WHERE token_hash = $1 AND purpose = $2
"""

# The wrong try is charged before it is known to be wrong, in the statement that reads the code.
CHARGE_CODE: Final = """
UPDATE one_time_tokens SET wrong_codes = wrong_codes + 1
WHERE id = (
    SELECT id FROM one_time_tokens
    WHERE user_id = $1 AND purpose = $2 AND code_hash IS NOT NULL AND used_at IS NULL AND expires_at > $3
    ORDER BY created_at DESC LIMIT 1
) AND wrong_codes < $4
RETURNING id, code_hash
"""

DROP_SINCE: Final = """
DELETE FROM one_time_tokens
WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL
  AND created_at >= (SELECT created_at FROM one_time_tokens WHERE id = $3)
"""

MARK_USED: Final = "UPDATE one_time_tokens SET used_at = $2 WHERE id = $1 AND used_at IS NULL RETURNING id"

LOCK_BY_ID: Final = """
SELECT id, user_id, session_id, email, wrong_codes, expires_at, used_at
FROM one_time_tokens WHERE id = $1 FOR UPDATE
"""


def _token(row: Record) -> OneTimeToken:
    return OneTimeToken(
        row["id"],
        row["user_id"],
        row["session_id"],
        row["email"],
        row["wrong_codes"],
        row["expires_at"],
        row["used_at"],
    )


async def insert_token(
    tx: Connection,
    *,
    token_id: UUID,
    token_hash: bytes,
    code_hash: bytes | None,
    purpose: Purpose,
    user_id: UUID,
    session_id: UUID | None,
    email: str | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Add a token."""
    await tx.execute(INSERT, token_id, token_hash, code_hash, purpose, user_id, session_id, email, now, expires_at)


async def drop_older(tx: Connection, user_id: UUID, purpose: Purpose) -> None:
    """Only the newest of a purpose is good."""
    await tx.execute(DROP_OLDER, user_id, purpose)


async def drop_since(tx: Connection, user_id: UUID, purpose: Purpose, token_id: UUID) -> None:
    """Forget what was issued after that token."""
    await tx.execute(DROP_SINCE, user_id, purpose, token_id)


async def lock_by_hash(tx: Connection, token_hash: bytes, purpose: Purpose) -> OneTimeToken | None:
    """The token, held until the transaction ends."""
    row = await tx.fetchrow(LOCK_BY_HASH, token_hash, purpose)
    return _token(row) if row else None


async def by_hash(connection: Connection, token_hash: bytes, purpose: Purpose) -> OneTimeToken | None:
    """The token, to look at only."""
    row = await connection.fetchrow(SELECT_BY_HASH, token_hash, purpose)
    return _token(row) if row else None


async def charge_code(
    connection: Connection, user_id: UUID, purpose: Purpose, now: datetime, most: int
) -> tuple[UUID, bytes] | None:
    """Id and code hash of the newest live token, one try charged; None when there is none or no try left."""
    row = await connection.fetchrow(CHARGE_CODE, user_id, purpose, now, most)
    return (row["id"], row["code_hash"]) if row else None


async def lock_by_id(tx: Connection, token_id: UUID) -> OneTimeToken | None:
    """The token, held until the transaction ends."""
    row = await tx.fetchrow(LOCK_BY_ID, token_id)
    return _token(row) if row else None


async def mark_used(tx: Connection, token_id: UUID, now: datetime) -> bool:
    """Use it; False when it was used already."""
    return await tx.fetchval(MARK_USED, token_id, now) is not None
