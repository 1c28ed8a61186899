"""SQL of users."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.users.models import Credentials, User, UserStatus

INSERT_USER: Final = """
INSERT INTO users (id, email, email_key, password_hash, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (email_key) DO NOTHING
RETURNING id
"""

SELECT_USER_BY_EMAIL: Final = """
SELECT id, email, email_verified_at, status, created_at FROM users WHERE email_key = $1
"""

SELECT_CREDENTIALS_BY_EMAIL: Final = """
SELECT id, password_hash, credential_version, status FROM users WHERE email_key = $1
"""

REPLACE_HASH: Final = """
UPDATE users SET password_hash = $3, updated_at = $4 WHERE id = $1 AND password_hash = $2
"""

UPDATE_STATUS: Final = """
UPDATE users SET status = $2, updated_at = $3 WHERE id = $1 AND status <> $2 RETURNING id
"""

SELECT_EMAILS: Final = "SELECT id, email FROM users WHERE id = ANY($1::uuid[])"

ANY_USER: Final = "SELECT EXISTS (SELECT FROM users)"


def _user(row: Record) -> User:
    return User(row["id"], row["email"], row["email_verified_at"], UserStatus(row["status"]), row["created_at"])


def _credentials(row: Record) -> Credentials:
    return Credentials(row["id"], row["password_hash"], row["credential_version"], UserStatus(row["status"]))


async def insert_user(
    connection: Connection, user_id: UUID, email: str, key: str, password_hash: str, now: datetime
) -> bool:
    """Add a user; False when the address is taken."""
    return await connection.fetchval(INSERT_USER, user_id, email, key, password_hash, now) is not None


async def user_by_email(connection: Connection, key: str) -> User | None:
    """The user with this address."""
    row = await connection.fetchrow(SELECT_USER_BY_EMAIL, key)
    return _user(row) if row else None


async def credentials_by_email(connection: Connection, key: str) -> Credentials | None:
    """What a log-in with this address is checked against."""
    row = await connection.fetchrow(SELECT_CREDENTIALS_BY_EMAIL, key)
    return _credentials(row) if row else None


async def update_password_hash(connection: Connection, user_id: UUID, old: str, new: str, now: datetime) -> None:
    """Keep the same password under a better hash, unless the password was changed meanwhile."""
    await connection.execute(REPLACE_HASH, user_id, old, new, now)


async def update_status(connection: Connection, user_id: UUID, status: UserStatus, now: datetime) -> bool:
    """Set the status; False when it was that already."""
    return await connection.fetchval(UPDATE_STATUS, user_id, status, now) is not None


async def emails(connection: Connection, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The addresses of those of them that exist."""
    return {row["id"]: row["email"] for row in await connection.fetch(SELECT_EMAILS, list(user_ids))}


async def any_user(connection: Connection) -> bool:
    """Whether there is any user at all."""
    return bool(await connection.fetchval(ANY_USER))
