"""SQL of keys that are not yet, or cannot be, those of the mailbox, and of what is kept under the same keys."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from doorstep.addresses.models import Held, Keyed, KeyForm
from doorstep.kit.database import Connection, Record

_USER: Final = "SELECT id, email, email_key, email_key_form, email_verified_at, created_at FROM users"

# An address in ASCII has one key in every version.
SELECT_OTHERS: Final = f"""
{_USER} WHERE email_key_form <> 2 AND octet_length(email) <> length(email) AND id > $1 ORDER BY id LIMIT $2
"""

SELECT_SHARING: Final = f"""
{_USER} WHERE email_key_form <> 2 AND octet_length(email) <> length(email) AND email_key_form = 3 ORDER BY id LIMIT $1
"""

LOCK_USER: Final = f"{_USER} WHERE id = $1 FOR UPDATE"

LOCK_HOLDER: Final = f"{_USER} WHERE email_key = $1 AND id <> $2 FOR UPDATE"

SELECT_HOLDER: Final = f"{_USER} WHERE email_key = $1"

# One at a time: two users are locked.
TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended('doorstep addresses', 0))"

MARK_RIGHT: Final = """
UPDATE users u SET email_key_form = 2 FROM unnest($1::uuid[], $2::text[]) AS seen (id, email_key)
WHERE u.id = seen.id AND u.email_key = seen.email_key
"""

SET_KEY: Final = "UPDATE users SET email_key = $2, email_key_form = $3 WHERE id = $1"

SELECT_MAILS: Final = "SELECT id, recipient FROM outbox WHERE recipient_key = $1 LIMIT 10000"

SET_MAILS: Final = "UPDATE outbox SET recipient_key = $2 WHERE id = ANY($1::uuid[])"

SET_REQUESTS: Final = "UPDATE recovery_requests SET email_key = $2 WHERE email_key = $1"

# Copied and not moved: by the key of before, another user may be counted there, too.
COPY_COUNTERS: Final = """
INSERT INTO throttle (subject, kind, failures, admitted, blocked_until, window_began_at, touched_at)
SELECT c.after, t.kind, t.failures, t.admitted, t.blocked_until, t.window_began_at, t.touched_at
FROM unnest($1::bytea[], $2::bytea[]) AS c (before, after) JOIN throttle t ON t.subject = c.before
ON CONFLICT (subject) DO NOTHING
"""

SELECT_HELD: Final = """
SELECT h.email_key, h.user_id, array_agg(t.email) FILTER (WHERE t.email IS NOT NULL) AS spellings
FROM held_addresses h LEFT JOIN one_time_tokens t ON t.user_id = h.user_id AND t.purpose = 'undo_new_email'
GROUP BY h.email_key, h.user_id
HAVING octet_length(h.email_key) <> length(h.email_key) OR bool_or(octet_length(t.email) <> length(t.email))
"""

SET_HELD: Final = """
UPDATE held_addresses h SET email_key = $3
WHERE email_key = $1 AND user_id = $2 AND NOT EXISTS (SELECT FROM held_addresses o WHERE o.email_key = $3)
"""


async def others(connection: Connection, after: UUID, most: int) -> tuple[Keyed, ...]:
    """Users whose key may not be that of the mailbox, in the order of their ids."""
    return tuple(_keyed(row) for row in await connection.fetch(SELECT_OTHERS, after, most))


async def sharing(connection: Connection, most: int) -> tuple[Keyed, ...]:
    """Users whose mailbox's key another user has."""
    return tuple(_keyed(row) for row in await connection.fetch(SELECT_SHARING, most))


async def take_turn(tx: Connection) -> None:
    """Wait until nobody else changes keys; until the transaction ends."""
    await tx.execute(TAKE_TURN)


async def lock_user(tx: Connection, user_id: UUID) -> Keyed | None:
    """The user as they are now, held until the transaction ends."""
    row = await tx.fetchrow(LOCK_USER, user_id)
    return _keyed(row) if row else None


async def lock_holder(tx: Connection, key: str, but: UUID) -> Keyed | None:
    """The other user who has that key, held until the transaction ends."""
    row = await tx.fetchrow(LOCK_HOLDER, key, but)
    return _keyed(row) if row else None


async def holder(connection: Connection, key: str) -> Keyed | None:
    """The user who has that key."""
    row = await connection.fetchrow(SELECT_HOLDER, key)
    return _keyed(row) if row else None


async def mark_right(connection: Connection, keys: Mapping[UUID, str]) -> None:
    """Note that these users, by id, have the key of their mailbox, if it is still this one."""
    await connection.execute(MARK_RIGHT, list(keys), list(keys.values()))


async def set_key(tx: Connection, user_id: UUID, key: str, form: KeyForm) -> None:
    """Find the user by this key from now on."""
    await tx.execute(SET_KEY, user_id, key, form)


async def mails(tx: Connection, key: str) -> dict[UUID, str]:
    """The recipients of mails that are counted under this key, by id."""
    return {row["id"]: row["recipient"] for row in await tx.fetch(SELECT_MAILS, key)}


async def count_mails_under(tx: Connection, mail_ids: Collection[UUID], key: str) -> None:
    """Count these mails under another key."""
    await tx.execute(SET_MAILS, list(mail_ids), key)


async def move_requests(tx: Connection, before: str, after: str) -> None:
    """Let forgotten passwords that nobody has looked up yet be looked up under another key."""
    await tx.execute(SET_REQUESTS, before, after)


async def copy_counters(tx: Connection, names: Mapping[bytes, bytes]) -> None:
    """Let attempts that were counted under one name count under another, too."""
    await tx.execute(COPY_COUNTERS, list(names), list(names.values()))


async def held(connection: Connection) -> tuple[Held, ...]:
    """The addresses given up whose key may be one of the version before."""
    rows = await connection.fetch(SELECT_HELD)
    return tuple(Held(row["email_key"], row["user_id"], tuple(row["spellings"] or ())) for row in rows)


async def set_held_key(connection: Connection, found: Held, key: str) -> None:
    """Hold the address under this key, unless that is held already."""
    await connection.execute(SET_HELD, found.key, found.user_id, key)


def _keyed(row: Record) -> Keyed:
    return Keyed(
        row["id"],
        row["email"],
        row["email_key"],
        KeyForm(row["email_key_form"]),
        row["email_verified_at"],
        row["created_at"],
    )
