"""SQL of tokens that are good once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.one_time_tokens.models import OneTimeToken, Purpose

INSERT: Final = """
INSERT INTO one_time_tokens
    (id, token_hash, code_hash, purpose, user_id, session_id, email, created_at, expires_at, credential_version,
     password_hash)
SELECT $1, $2, $3, $4, u.id, $6, $7, $8, $9, u.credential_version, $10 FROM users u WHERE u.id = $5
"""

# What has expired is left to the purge, but for the last hour: clocks of servers differ.
DROP_UNUSED: Final = """
WITH dropped AS (
    DELETE FROM one_time_tokens
    WHERE user_id = $1 AND purpose = ANY($2::text[]) AND used_at IS NULL
      AND expires_at > $3::timestamptz - interval '1 hour'
    RETURNING purpose, expires_at
)
SELECT DISTINCT purpose FROM dropped WHERE expires_at > $3
"""

# Ordered by the version of the user's row, which each change of address counts up: clocks of servers differ.
DROP_FOR_LATER_MAILBOXES: Final = """
WITH others AS MATERIALIZED (
    SELECT id, credential_version, created_at FROM one_time_tokens
    WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND email <> ALL($3::text[])
)
DELETE FROM one_time_tokens t USING others
WHERE t.id = others.id AND (others.credential_version, others.created_at) > (
    SELECT credential_version, created_at FROM one_time_tokens
    WHERE user_id = $1 AND purpose = $2 AND email = ANY($3::text[]) ORDER BY credential_version, created_at LIMIT 1
)
"""

SELECT_EMAILS: Final = """
SELECT DISTINCT email FROM one_time_tokens WHERE user_id = $1 AND purpose = $2 AND email IS NOT NULL
"""

DROP_PAST: Final = """
DELETE FROM one_time_tokens WHERE id IN (
    SELECT id FROM one_time_tokens WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL
    ORDER BY expires_at DESC OFFSET $3 LIMIT 200
)
"""

COUNT_UNUSED: Final = """
SELECT count(*) FROM (
    SELECT FROM one_time_tokens WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 LIMIT $4
) AS unused
"""

_SELECT: Final = """
SELECT t.id, t.purpose, t.user_id, t.session_id, t.email, t.wrong_codes, t.expires_at, t.created_at, t.used_at,
       u.email AS user_email, t.password_hash, t.credential_version < u.token_floor AS is_from_before
FROM one_time_tokens t JOIN users u ON u.id = t.user_id
"""

# Two uses at once: the second waits for the first here, and then sees that it is used.
LOCK_BY_HASH: Final = f"{_SELECT} WHERE t.token_hash = $1 AND t.purpose = $2 FOR UPDATE OF t"
SELECT_BY_HASH: Final = f"{_SELECT} WHERE t.token_hash = $1 AND t.purpose = $2"
LOCK_BY_ID: Final = f"{_SELECT} WHERE t.id = $1 FOR UPDATE OF t"

# The wrong try is charged before it is known to be wrong, in the statement that reads the code.
CHARGE_CODE: Final = """
UPDATE one_time_tokens SET wrong_codes = wrong_codes + 1
WHERE id = (
    SELECT id FROM one_time_tokens
    WHERE user_id = $1 AND purpose = $2 AND code_hash IS NOT NULL AND used_at IS NULL AND expires_at > $3
    ORDER BY expires_at DESC LIMIT 1
) AND wrong_codes < $4
RETURNING id, code_hash
"""

SELECT_NEWEST: Final = f"""
{_SELECT} WHERE t.user_id = $1 AND t.purpose = $2 AND t.used_at IS NULL AND t.expires_at > $3
ORDER BY t.created_at DESC LIMIT 1
"""

MARK_USED: Final = "UPDATE one_time_tokens SET used_at = $2 WHERE id = $1 AND used_at IS NULL RETURNING id"


def _token(row: Record) -> OneTimeToken:
    return OneTimeToken(**{**row, "purpose": Purpose(row["purpose"])})


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
    password_hash: str | None,
) -> None:
    """Add a token."""
    await tx.execute(
        INSERT,
        token_id,
        token_hash,
        code_hash,
        purpose,
        user_id,
        session_id,
        email,
        now,
        expires_at,
        password_hash,
    )


async def drop_unused(tx: Connection, user_id: UUID, purposes: Sequence[Purpose], now: datetime) -> set[Purpose]:
    """Forget what was not used and has not long expired; the purposes of those that could still have been used."""
    rows = await tx.fetch(DROP_UNUSED, user_id, list(purposes), now)
    return {Purpose(row["purpose"]) for row in rows}


async def emails(tx: Connection, user_id: UUID, purpose: Purpose) -> list[str]:
    """The addresses that tokens of this purpose speak of."""
    return [row["email"] for row in await tx.fetch(SELECT_EMAILS, user_id, purpose)]


async def drop_for_later_mailboxes(tx: Connection, user_id: UUID, purpose: Purpose, spellings: list[str]) -> None:
    """Forget what was not used and issued to another mailbox than that of these addresses, after the first for it."""
    await tx.execute(DROP_FOR_LATER_MAILBOXES, user_id, purpose, spellings)


async def drop_past(tx: Connection, user_id: UUID, purpose: Purpose, most: int) -> None:
    """Forget what was not used, but for the newest `most`."""
    await tx.execute(DROP_PAST, user_id, purpose, most)


async def count_unused(connection: Connection, user_id: UUID, purpose: Purpose, now: datetime, most: int) -> int:
    """How many could still be used; `most` at the most."""
    return int(await connection.fetchval(COUNT_UNUSED, user_id, purpose, now, most))


async def lock_by_hash(tx: Connection, token_hash: bytes, purpose: Purpose) -> OneTimeToken | None:
    """The token, held until the transaction ends."""
    row = await tx.fetchrow(LOCK_BY_HASH, token_hash, purpose)
    return _token(row) if row else None


async def by_hash(connection: Connection, token_hash: bytes, purpose: Purpose) -> OneTimeToken | None:
    """The token, to look at only."""
    row = await connection.fetchrow(SELECT_BY_HASH, token_hash, purpose)
    return _token(row) if row else None


async def newest(connection: Connection, user_id: UUID, purpose: Purpose, now: datetime) -> OneTimeToken | None:
    """The newest that could still be used, to look at only."""
    row = await connection.fetchrow(SELECT_NEWEST, user_id, purpose, now)
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
