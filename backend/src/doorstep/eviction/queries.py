"""SQL of eviction: what others can have left in an account, and taking it away.

No statement here touches more rows of one user than there can be of what people add by hand.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.eviction.models import Added, AddedPasskey, Held, Origin
from doorstep.kit.database import Connection

TABLES: Final[dict[str, str]] = {
    "sessions": "sessions",
    "known_devices": "known_browsers",
    "passkeys": "passkeys",
    "totp": "authenticator",
    "recovery_codes": "recovery_codes",
    "held_addresses": "email",
    "one_time_tokens": "pending_email",
    "profiles": "shipping_address, name",
}
"""Tables with a `user_id` that eviction takes from, and which parts those are."""

EXCUSED: Final[dict[str, str]] = {
    "subscriptions": "only operators grant one; cancelling and resuming are mailed, and taken back by a click",
    "outbox": "mails that wait are notices to the user; their links open only while the address is the user's",
    "audit_events": "the trail of what happened, append-only",
    "login_tickets": "void with the next credential_version, which an eviction counts up, and gone after five minutes",
    "pending_recovery_codes": "good for nothing before the session that asked for them keeps them, and that one ends",
    "passkey_handles": "a random name for the user, which opens nothing",
}
"""Tables with a `user_id` that eviction leaves alone, with the reason."""

SELECT_HELD: Final = """
SELECT u.email, u.deletion_due_at, u.deletion_asked_at, u.deletion_asked_in,
       t.confirmed_at, t.confirmed_in,
       r.created_at AS codes_made_at, r.made_in AS codes_made_in,
       p.recipient <> '' AS has_address, p.address_changed_at, p.address_changed_in,
       p.name <> '' AS has_name, p.name_changed_at, p.name_changed_in
FROM users u
LEFT JOIN totp t ON t.user_id = u.id AND t.confirmed_at IS NOT NULL
LEFT JOIN profiles p ON p.user_id = u.id
LEFT JOIN LATERAL (
    SELECT created_at, made_in FROM recovery_codes WHERE user_id = u.id LIMIT 1 -- all are made at once
) r ON true
WHERE u.id = $1
"""

SELECT_PASSKEYS: Final = "SELECT id, created_at, added_in FROM passkeys WHERE user_id = $1"

# Those that are named, and all that began since; of a flood the newest.
SELECT_ORIGINS: Final = """
SELECT s.id AS session_id, s.created_at AS began_at, s.passkey_id, s.passkey_added_in, s.device_id, d.former_device_id,
       d.first_seen_at AS browser_since
FROM (
    SELECT * FROM sessions WHERE id = ANY($2::uuid[]) AND user_id = $1
    UNION
    (SELECT * FROM sessions WHERE user_id = $1 AND created_at >= $3 ORDER BY created_at DESC LIMIT 2000)
) AS s LEFT JOIN known_devices d ON d.user_id = s.user_id AND d.device_id = s.device_id
"""

SELECT_FIRST_SESSION: Final = "SELECT id FROM sessions WHERE user_id = $1 ORDER BY created_at LIMIT 1"

SELECT_GIVEN_UP: Final = """
SELECT given_up_at, given_up_in FROM held_addresses WHERE email_key = $2 AND user_id = $1 AND held_until > $3
"""

# A browser that was known before, other than those of the reported sessions, or a passkey that is older.
CAN_BE_STOPPED: Final = """
SELECT EXISTS (
    SELECT FROM known_devices d
    WHERE d.user_id = $1 AND d.first_seen_at <= $2
      AND d.device_id <> ALL (
          ARRAY(SELECT s.device_id FROM sessions s WHERE s.id = ANY($3::uuid[]) AND s.device_id IS NOT NULL)
      )
    LIMIT 1
) OR EXISTS (SELECT FROM passkeys p WHERE p.user_id = $1 AND p.created_at <= $2 AND p.id <> ALL ($4::uuid[]))
"""

REVOKE: Final = """
UPDATE sessions SET revoked_at = $3, revoked_reason = 'revoked'
WHERE user_id = $1 AND id = ANY($2::uuid[]) AND revoked_at IS NULL RETURNING id
"""

DELETE_PASSKEYS: Final = "DELETE FROM passkeys WHERE user_id = $1 AND id = ANY($2::uuid[])"

DELETE_PENDING_TOTP: Final = "DELETE FROM totp WHERE user_id = $1 AND confirmed_at IS NULL"

EMPTY_ADDRESS: Final = """
UPDATE profiles SET recipient = '', line1 = '', line2 = '', postal_code = '', city = '', region = '', country = '',
                    address_changed_at = $2, address_changed_in = NULL, updated_at = $2
WHERE user_id = $1
"""

EMPTY_NAME: Final = """
UPDATE profiles SET name = '', name_changed_at = $2, name_changed_in = NULL, updated_at = $2 WHERE user_id = $1
"""


async def held(connection: Connection, user_id: UUID) -> Held | None:
    """What is in the account that others could have added; None when there is no such user."""
    row = await connection.fetchrow(SELECT_HELD, user_id)
    if row is None:
        return None
    passkeys = await connection.fetch(SELECT_PASSKEYS, user_id)

    def added(there: object, at: str, session_id: str) -> Added | None:
        return Added(row[at], row[session_id]) if there else None

    return Held(
        email=row["email"],
        passkeys=tuple(AddedPasskey(each["id"], each["created_at"], each["added_in"]) for each in passkeys),
        authenticator=added(row["confirmed_at"], "confirmed_at", "confirmed_in"),
        recovery_codes=added(row["codes_made_at"], "codes_made_at", "codes_made_in"),
        deletion=added(row["deletion_due_at"], "deletion_asked_at", "deletion_asked_in"),
        shipping_address=added(row["has_address"], "address_changed_at", "address_changed_in"),
        name=added(row["has_name"], "name_changed_at", "name_changed_in"),
    )


async def origins(
    connection: Connection, user_id: UUID, session_ids: Collection[UUID], since: datetime
) -> dict[UUID, Origin]:
    """These sessions of the user, and those that began since then, as far as they are still stored."""
    rows = await connection.fetch(SELECT_ORIGINS, user_id, list(session_ids), since)
    return {row["session_id"]: Origin(**row) for row in rows}


async def first_session(connection: Connection, user_id: UUID) -> UUID | None:
    """The session with which the account began, as long as it is stored."""
    found: UUID | None = await connection.fetchval(SELECT_FIRST_SESSION, user_id)
    return found


async def given_up(connection: Connection, user_id: UUID, email_key: str, now: datetime) -> Added | None:
    """When and in which session the user gave this address up, while it is held for them."""
    row = await connection.fetchrow(SELECT_GIVEN_UP, user_id, email_key, now)
    return Added(row["given_up_at"], row["given_up_in"]) if row else None


async def can_be_stopped(
    connection: Connection, user_id: UUID, moment: datetime, sessions: Collection[UUID], passkeys: Collection[UUID]
) -> bool:
    """Whether the user had a browser or a passkey by that moment that has nothing to do with what was reported."""
    return bool(await connection.fetchval(CAN_BE_STOPPED, user_id, moment, list(sessions), list(passkeys)))


async def revoke(tx: Connection, user_id: UUID, session_ids: Collection[UUID], now: datetime) -> int:
    """End these sessions; how many were not revoked before."""
    return len(await tx.fetch(REVOKE, user_id, list(session_ids), now))


async def delete_passkeys(tx: Connection, user_id: UUID, passkey_ids: Collection[UUID]) -> None:
    """Remove these passkeys."""
    await tx.execute(DELETE_PASSKEYS, user_id, list(passkey_ids))


async def delete_pending_totp(tx: Connection, user_id: UUID) -> None:
    """Remove an app that was not confirmed yet."""
    await tx.execute(DELETE_PENDING_TOTP, user_id)


async def empty_address(tx: Connection, user_id: UUID, now: datetime) -> None:
    """Remove the shipping address."""
    await tx.execute(EMPTY_ADDRESS, user_id, now)


async def empty_name(tx: Connection, user_id: UUID, now: datetime) -> None:
    """Remove the name."""
    await tx.execute(EMPTY_NAME, user_id, now)
