"""SQL of passkeys. Whoever changes a user's ways in holds the user's row first, so that no two do so at once."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.passkeys.models import Challenge, NewCredential, Owned, Passkey
from doorstep.users.models import Credentials, UserStatus

# The conflict writes what is there, so that the row comes back in either case.
ENSURE_HANDLE: Final = """
INSERT INTO passkey_handles (user_id, handle) VALUES ($1, $2)
ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id
RETURNING handle
"""

SELECT_HANDLE: Final = "SELECT handle FROM passkey_handles WHERE user_id = $1"

INSERT: Final = """
INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, name, transports, aaguid, backup_eligible,
                      backed_up, added_in, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (credential_id) DO NOTHING
RETURNING id
"""

SELECT_OF_USER: Final = """
SELECT id, user_id, credential_id, public_key, sign_count, name, transports, aaguid, backup_eligible, backed_up,
       created_at, last_used_at
FROM passkeys WHERE user_id = $1 ORDER BY created_at, id
"""

SELECT_OWNED: Final = """
SELECT p.id, p.user_id, p.credential_id, p.public_key, p.sign_count, p.name, p.transports, p.aaguid,
       p.backup_eligible, p.backed_up, p.created_at, p.last_used_at,
       h.handle, u.password_hash, u.credential_version, u.status
FROM passkeys p JOIN passkey_handles h ON h.user_id = p.user_id JOIN users u ON u.id = p.user_id
WHERE p.credential_id = $1
"""

USE: Final = """
UPDATE passkeys SET sign_count = $2, backed_up = $3, last_used_at = $4 WHERE id = $1
"""

NOTE_SESSION: Final = """
UPDATE sessions SET passkey_id = $2, passkey_added_in = (SELECT added_in FROM passkeys WHERE id = $2) WHERE id = $1
"""

RENAME: Final = "UPDATE passkeys SET name = $3 WHERE id = $1 AND user_id = $2 RETURNING id"

DELETE: Final = "DELETE FROM passkeys WHERE id = $1 AND user_id = $2 RETURNING id"

SPEND: Final = "INSERT INTO spent_challenges (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id"


def _passkey(row: Record) -> Passkey:
    return Passkey(
        id=row["id"],
        user_id=row["user_id"],
        credential_id=row["credential_id"],
        public_key=row["public_key"],
        sign_count=row["sign_count"],
        name=row["name"],
        transports=tuple(row["transports"]),
        aaguid=row["aaguid"],
        backup_eligible=row["backup_eligible"],
        backed_up=row["backed_up"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
    )


async def ensure_handle(connection: Connection, user_id: UUID, fresh: bytes) -> bytes:
    """The handle of this user, `fresh` when there was none."""
    handle: bytes = await connection.fetchval(ENSURE_HANDLE, user_id, fresh)
    return handle


async def handle_of(connection: Connection, user_id: UUID) -> bytes | None:
    """The handle of this user; None when there is none."""
    handle: bytes | None = await connection.fetchval(SELECT_HANDLE, user_id)
    return handle


async def insert(tx: Connection, passkey: Passkey, made: NewCredential, added_in: UUID) -> bool:
    """Add a passkey; False when its credential is there already."""
    added = await tx.fetchval(
        INSERT,
        passkey.id,
        passkey.user_id,
        made.credential_id,
        made.public_key,
        passkey.sign_count,
        passkey.name,
        list(passkey.transports),
        passkey.aaguid,
        passkey.backup_eligible,
        passkey.backed_up,
        added_in,
        passkey.created_at,
    )
    return added is not None


async def of_user(connection: Connection, user_id: UUID) -> tuple[Passkey, ...]:
    """The passkeys of a user, the oldest first."""
    return tuple(_passkey(row) for row in await connection.fetch(SELECT_OF_USER, user_id))


async def owned(connection: Connection, credential_id: bytes) -> Owned | None:
    """The passkey of this credential, and whose it is."""
    row = await connection.fetchrow(SELECT_OWNED, credential_id)
    if row is None:
        return None
    credentials = Credentials(
        row["user_id"], row["password_hash"], row["credential_version"], UserStatus(row["status"])
    )
    return Owned(_passkey(row), row["handle"], credentials)


async def use(tx: Connection, passkey_id: UUID, sign_count: int, now: datetime, *, backed_up: bool) -> None:
    """Note a use."""
    await tx.execute(USE, passkey_id, sign_count, backed_up, now)


async def note_session(tx: Connection, session_id: UUID, passkey_id: UUID) -> None:
    """Note by which passkey a session began."""
    await tx.execute(NOTE_SESSION, session_id, passkey_id)


async def rename(connection: Connection, passkey_id: UUID, user_id: UUID, name: str) -> bool:
    """Another name; False when the user has none of that id."""
    return await connection.fetchval(RENAME, passkey_id, user_id, name) is not None


async def delete(tx: Connection, passkey_id: UUID, user_id: UUID) -> bool:
    """Remove one; False when the user has none of that id."""
    return await tx.fetchval(DELETE, passkey_id, user_id) is not None


async def spend(tx: Connection, challenge: Challenge) -> bool:
    """Use a challenge; False when it was used already. Two at once: the second waits here for the first."""
    return await tx.fetchval(SPEND, challenge.id, challenge.expires_at) is not None
