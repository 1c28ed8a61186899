"""SQL of users."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.users.models import Credentials, User, UserStatus

INSERT_USER: Final = """
INSERT INTO users (id, email, email_key, email_key_form, password_hash, created_at, updated_at, log_in_when_verified)
VALUES ($1, $2, $3, 2, $4, $5, $5, $6)
ON CONFLICT (email_key) DO NOTHING
RETURNING id
"""

SELECT_USER_BY_EMAIL: Final = """
SELECT id, email, email_verified_at, status, created_at, deletion_due_at FROM users WHERE email_key = $1
"""

SELECT_CREDENTIALS_BY_EMAIL: Final = """
SELECT id, password_hash, credential_version, status FROM users WHERE email_key = $1
"""

HAS_KEY: Final = "SELECT EXISTS (SELECT FROM users WHERE email_key = $1)"

LOCK_CREDENTIALS: Final = """
SELECT id, password_hash, credential_version, status FROM users WHERE id = $1 FOR NO KEY UPDATE
"""

REPLACE_HASH: Final = """
UPDATE users SET password_hash = $3, updated_at = $4 WHERE id = $1 AND password_hash = $2
"""

UPDATE_STATUS: Final = """
UPDATE users SET status = $2, updated_at = $3 WHERE id = $1 AND status <> $2 RETURNING id
"""

SET_HASH: Final = """
UPDATE users SET password_hash = $2, credential_version = credential_version + 1, token_floor = credential_version + 1,
       updated_at = $3
WHERE id = $1
"""

# A log-in by the password that began before does not succeed after it: the version is another.
CLEAR_HASH: Final = """
UPDATE users SET password_hash = NULL, credential_version = credential_version + 1,
       token_floor = credential_version + 1, updated_at = $2
WHERE id = $1
"""

CLEAR_HASH_ONLY: Final = """
UPDATE users SET password_hash = NULL, credential_version = credential_version + 1, updated_at = $2 WHERE id = $1
"""

# Links that were issued before give no reset any more: it was the user who had the last word.
RAISE_FLOOR: Final = "UPDATE users SET token_floor = credential_version WHERE id = $1"

SELECT_CREDENTIALS: Final = "SELECT id, password_hash, credential_version, status FROM users WHERE id = $1"
COUNT_CHANGE: Final = "UPDATE users SET credential_version = credential_version + 1, updated_at = $2 WHERE id = $1"

MARK_VERIFIED: Final = """
UPDATE users SET email_verified_at = $3, updated_at = $3
WHERE id = $1 AND email_key = ANY($2::text[]) AND email_verified_at IS NULL RETURNING id
"""

# The unique index decides between two who want one address at the same moment.
SET_EMAIL: Final = """
UPDATE users SET email = $2, email_key = $3, email_key_form = 2, email_verified_at = $4,
       credential_version = credential_version + 1, updated_at = $4
WHERE id = $1 AND NOT EXISTS (SELECT FROM users WHERE email_key = $3 AND id <> $1)
RETURNING id
"""

# No mailbox has such an address (RFC 2606), and no other user: it is the id.
DISPLACE: Final = """
UPDATE users SET email = id || '@displaced.invalid', email_key = id || '@displaced.invalid', email_key_form = 2,
       credential_version = credential_version + 1, updated_at = $2
WHERE id = $1
"""

# What a user gave up is theirs for a while, so that a change of address can be undone.
HOLD: Final = """
INSERT INTO held_addresses (email_key, user_id, held_until, given_up_at, given_up_in) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (email_key) DO UPDATE SET user_id = EXCLUDED.user_id, held_until = EXCLUDED.held_until,
    given_up_at = EXCLUDED.given_up_at, given_up_in = EXCLUDED.given_up_in
"""

RELEASE: Final = "DELETE FROM held_addresses WHERE email_key = $1 AND user_id = $2"

HOLDS: Final = """
SELECT EXISTS (SELECT FROM held_addresses WHERE email_key = $2 AND user_id = $1 AND held_until > $3)
"""

IS_HELD: Final = """
SELECT EXISTS (
    SELECT FROM held_addresses
    WHERE email_key = $1 AND held_until > $3 AND ($2::uuid IS NULL OR user_id <> $2)
)
"""

SELECT_USER: Final = """
SELECT id, email, email_verified_at, status, created_at, deletion_due_at FROM users WHERE id = $1
"""
LOCK_USER: Final = f"{SELECT_USER} FOR NO KEY UPDATE"

MARK_TO_ERASE: Final = """
UPDATE users SET deletion_due_at = $2, deletion_asked_at = CASE WHEN $4::uuid IS NOT NULL THEN $3::timestamptz END,
       deletion_asked_in = $4, updated_at = $3
WHERE id = $1 AND deletion_due_at IS NULL RETURNING id
"""

KEEP: Final = """
UPDATE users SET deletion_due_at = NULL, deletion_asked_at = NULL, deletion_asked_in = NULL, updated_at = $2
WHERE id = $1 AND deletion_due_at IS NOT NULL RETURNING id
"""

# Held until the transaction ends, so that nobody keeps what is being erased; what somebody else holds is left to them.
TAKE_TO_ERASE: Final = """
SELECT id, email, email_verified_at, status, created_at, deletion_due_at FROM users
WHERE deletion_due_at <= $1 ORDER BY deletion_due_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""

LONGEST_ERASING: Final = 600.0
"""Seconds for all rows of one user: nobody waits for it, and a user with very many must not hold up the others."""

ERASE: Final = "DELETE FROM users WHERE id = $1 RETURNING id"

SELECT_EMAILS: Final = "SELECT id, email FROM users WHERE id = ANY($1::uuid[])"

ANY_USER: Final = "SELECT EXISTS (SELECT FROM users)"


def _user(row: Record) -> User:
    return User(
        row["id"],
        row["email"],
        row["email_verified_at"],
        UserStatus(row["status"]),
        row["created_at"],
        row["deletion_due_at"],
    )


def _credentials(row: Record) -> Credentials:
    return Credentials(row["id"], row["password_hash"], row["credential_version"], UserStatus(row["status"]))


async def insert_user(
    connection: Connection,
    user_id: UUID,
    email: str,
    key: str,
    password_hash: str,
    now: datetime,
    *,
    log_in_when_verified: bool,
) -> bool:
    """Add a user; False when the address is taken."""
    added = await connection.fetchval(INSERT_USER, user_id, email, key, password_hash, now, log_in_when_verified)
    return added is not None


async def user_by_email(connection: Connection, key: str) -> User | None:
    """The user with this address."""
    row = await connection.fetchrow(SELECT_USER_BY_EMAIL, key)
    return _user(row) if row else None


async def has_key(connection: Connection, key: str) -> bool:
    """Whether a user is found by this key."""
    return bool(await connection.fetchval(HAS_KEY, key))


async def credentials_by_email(connection: Connection, key: str) -> Credentials | None:
    """What a log-in with this address is checked against."""
    row = await connection.fetchrow(SELECT_CREDENTIALS_BY_EMAIL, key)
    return _credentials(row) if row else None


async def credentials_by_id(connection: Connection, user_id: UUID) -> Credentials | None:
    """The same by id, as they are at this moment."""
    row = await connection.fetchrow(SELECT_CREDENTIALS, user_id)
    return _credentials(row) if row else None


async def lock_credentials(connection: Connection, user_id: UUID) -> Credentials | None:
    """The same by id, held until the transaction ends: nobody changes the password meanwhile."""
    row = await connection.fetchrow(LOCK_CREDENTIALS, user_id)
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


async def user_by_id(connection: Connection, user_id: UUID) -> User | None:
    """The user of this id."""
    row = await connection.fetchrow(SELECT_USER, user_id)
    return _user(row) if row else None


async def lock_user(tx: Connection, user_id: UUID) -> User | None:
    """The same, held until the transaction ends."""
    row = await tx.fetchrow(LOCK_USER, user_id)
    return _user(row) if row else None


async def set_password(tx: Connection, user_id: UUID, password_hash: str, now: datetime) -> None:
    """Another password: a log-in that began before it does not succeed after it."""
    await tx.execute(SET_HASH, user_id, password_hash, now)


async def drop_password(tx: Connection, user_id: UUID, now: datetime) -> None:
    """No password: none is right any more."""
    await tx.execute(CLEAR_HASH, user_id, now)


async def count_change(tx: Connection, user_id: UUID, now: datetime) -> None:
    """Other factors: a log-in that began before does not succeed after it."""
    await tx.execute(COUNT_CHANGE, user_id, now)


async def mark_verified(tx: Connection, user_id: UUID, keys: Iterable[str], now: datetime) -> bool:
    """Note that mail to the address with one of these keys reaches the user.

    False when it was known, or the address is another by now.
    """
    return await tx.fetchval(MARK_VERIFIED, user_id, list(keys), now) is not None


async def set_email(tx: Connection, user_id: UUID, email: str, key: str, now: datetime) -> bool:
    """Another, verified, address; False when somebody has it."""
    return await tx.fetchval(SET_EMAIL, user_id, email, key, now) is not None


async def displace(tx: Connection, user_id: UUID, now: datetime) -> None:
    """An address that no mailbox has: the user's is another user's."""
    await tx.execute(DISPLACE, user_id, now)


async def hold(
    tx: Connection, user_id: UUID, key: str, until: datetime, now: datetime, session_id: UUID | None
) -> None:
    """Keep an address from everybody else, that was given up in that session."""
    await tx.execute(HOLD, key, user_id, until, now, session_id)


async def void_password(tx: Connection, user_id: UUID, now: datetime) -> None:
    """No password is right until another was chosen; links that begin that go on."""
    await tx.execute(CLEAR_HASH_ONLY, user_id, now)


async def raise_floor(tx: Connection, user_id: UUID) -> None:
    """Let links that were issued up to now give no reset any more."""
    await tx.execute(RAISE_FLOOR, user_id)


async def release(tx: Connection, user_id: UUID, key: str) -> None:
    """The user has it again."""
    await tx.execute(RELEASE, key, user_id)


async def holds(tx: Connection, user_id: UUID, key: str, now: datetime) -> bool:
    """Whether the user gave the address up, and it is held for them."""
    return bool(await tx.fetchval(HOLDS, user_id, key, now))


async def is_held(tx: Connection, key: str, for_user: UUID | None, now: datetime) -> bool:
    """Whether somebody other than this user gave the address up lately."""
    return bool(await tx.fetchval(IS_HELD, key, for_user, now))


async def mark_to_erase(
    tx: Connection, user_id: UUID, due_at: datetime, session_id: UUID | None, now: datetime
) -> bool:
    """Let the user be erased from that moment on; False when that was settled before, or there is no such user."""
    return await tx.fetchval(MARK_TO_ERASE, user_id, due_at, now, session_id) is not None


async def keep(tx: Connection, user_id: UUID, now: datetime) -> bool:
    """Let the user stay; False when nobody was about to erase them."""
    return await tx.fetchval(KEEP, user_id, now) is not None


async def take_to_erase(tx: Connection, now: datetime) -> User | None:
    """One user whose time has come, held until the transaction ends; None when there is none to be had."""
    row = await tx.fetchrow(TAKE_TO_ERASE, now)
    return _user(row) if row else None


async def erase(tx: Connection, user_id: UUID) -> bool:
    """Delete the user and whatever refers to them; False when they are gone already."""
    return await tx.fetchval(ERASE, user_id, timeout=LONGEST_ERASING) is not None
