"""SQL of the signing keys."""

import json
from datetime import datetime
from typing import Final

from doorstep.keys.models import SigningKey
from doorstep.kit.database import Connection, Record

# One process at a time decides whether a key is due; the others wait and then see the new key.
LOCK_KEYS: Final = "LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"

SELECT_KEYS: Final = """
SELECT kid, sealed_private, public_jwk::text, created_at, activates_at, retires_at, withdrawn_at
FROM signing_keys ORDER BY created_at, kid
"""

INSERT_KEY: Final = """
INSERT INTO signing_keys (kid, sealed_private, public_jwk, created_at, activates_at, retires_at)
VALUES ($1, $2, $3::text::jsonb, $4, $5, $6)
"""

# A key that waits signs from now on.
PROMOTE_KEY: Final = "UPDATE signing_keys SET activates_at = $2 WHERE kid = $1"

# Those that sign before the new one stop shortly after it begins.
SUPERSEDE_KEYS: Final = """
UPDATE signing_keys SET retires_at = $2
WHERE kid <> $1 AND withdrawn_at IS NULL AND activates_at < $2 AND retires_at > $2
"""

SEAL_KEY_ANEW: Final = "UPDATE signing_keys SET sealed_private = $2 WHERE kid = $1"

WITHDRAW_KEY: Final = "UPDATE signing_keys SET withdrawn_at = $2 WHERE kid = $1 AND withdrawn_at IS NULL"


def _key(row: Record) -> SigningKey:
    return SigningKey(
        kid=row["kid"],
        sealed_private=row["sealed_private"],
        public_jwk=json.loads(row["public_jwk"]),
        created_at=row["created_at"],
        activates_at=row["activates_at"],
        retires_at=row["retires_at"],
        withdrawn_at=row["withdrawn_at"],
    )


async def lock_keys(tx: Connection) -> None:
    """Keep other processes from making a key until this transaction ends."""
    await tx.execute(LOCK_KEYS)


async def all_keys(connection: Connection) -> tuple[SigningKey, ...]:
    """Every key, oldest first."""
    return tuple(_key(row) for row in await connection.fetch(SELECT_KEYS))


async def insert_key(
    tx: Connection,
    kid: str,
    sealed_private: bytes,
    public_jwk: dict[str, str],
    now: datetime,
    activates_at: datetime,
    retires_at: datetime,
) -> None:
    """Add a key."""
    await tx.execute(INSERT_KEY, kid, sealed_private, json.dumps(public_jwk), now, activates_at, retires_at)


async def promote_key(tx: Connection, kid: str, now: datetime) -> None:
    """Let a waiting key sign from now on."""
    await tx.execute(PROMOTE_KEY, kid, now)


async def supersede_keys(tx: Connection, kid: str, retires_at: datetime) -> None:
    """Let every key but this one stop signing then, unless it stops earlier."""
    await tx.execute(SUPERSEDE_KEYS, kid, retires_at)


async def seal_key_anew(tx: Connection, kid: str, sealed_private: bytes) -> None:
    """Put other sealed bytes of the same key in place; the table is locked by the caller."""
    await tx.execute(SEAL_KEY_ANEW, kid, sealed_private)


async def withdraw_key(tx: Connection, kid: str, now: datetime) -> bool:
    """Withdraw a key; False when it was withdrawn before."""
    return (await tx.execute(WITHDRAW_KEY, kid, now)) == "UPDATE 1"
