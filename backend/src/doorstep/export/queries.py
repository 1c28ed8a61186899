"""SQL of the export: one section for each table that holds something about a person.

A section is read page by page in the order of its key, so that a copy of any size holds neither memory nor a connection
for long. No secret and no hash is selected; a test walks the tables for what was forgotten.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection

PAGE: Final = 500

PROFILE: Final = """
SELECT id, email, email_key AS email_compared_as, email_verified_at, status, created_at, updated_at, deletion_due_at,
       deletion_asked_at, deletion_asked_in, password_hash IS NOT NULL AS has_password
FROM users WHERE id = $1
"""

NAME_AND_ADDRESS: Final = """
SELECT user_id AS key, name, recipient, line1, line2, postal_code, city, region, country, address_changed_at,
       address_changed_in, name_changed_at, name_changed_in, updated_at
FROM profiles WHERE user_id = $1 AND ($2::uuid IS NULL OR user_id > $2) ORDER BY user_id LIMIT $3
"""

SUBSCRIPTIONS: Final = """
SELECT id AS key, id, plan_code, price_minor, currency, billing_interval, started_at, trial_ends_at, past_due_since,
       cancel_requested_at, ends_at, created_at, updated_at
FROM subscriptions WHERE user_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""

SESSIONS: Final = """
SELECT id AS key, id, device_id, host(address) AS address, user_agent, remember, amr AS proved_by, created_at,
       authenticated_at, last_seen_at, idle_expires_at, expires_at, revoked_at, revoked_reason,
       epoch < (SELECT session_epoch FROM users WHERE users.id = $1) AS ended_with_all_others
FROM sessions WHERE user_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""

KNOWN_BROWSERS: Final = """
SELECT device_id AS key, device_id, former_device_id, first_seen_at, last_seen_at,
       epoch < (SELECT device_epoch FROM users WHERE users.id = $1) AS forgotten
FROM known_devices WHERE user_id = $1 AND ($2::uuid IS NULL OR device_id > $2) ORDER BY device_id LIMIT $3
"""

ADDRESSES_GIVEN_UP: Final = """
SELECT email_key AS key, email_key AS email, held_until, given_up_at, given_up_in
FROM held_addresses WHERE user_id = $1 AND ($2::text IS NULL OR email_key > $2) ORDER BY email_key LIMIT $3
"""

LINKS_AND_CODES: Final = """
SELECT id AS key, purpose, email, session_id, wrong_codes, created_at, expires_at, used_at
FROM one_time_tokens WHERE user_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""

MAILS: Final = """
SELECT id AS key, kind, recipient, recipient_key AS recipient_compared_as, asked_in,
       created_at, sent_at, dead_at AS given_up_at
FROM outbox WHERE user_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""

AUTHENTICATOR_APPS: Final = """
SELECT user_id AS key, created_at, confirmed_at, confirmed_in, wrong_codes, removal_due_at
FROM totp WHERE user_id = $1 AND ($2::uuid IS NULL OR user_id > $2) ORDER BY user_id LIMIT $3
"""

PASSKEYS: Final = """
SELECT id AS key, id, name, encode(credential_id, 'hex') AS credential_id, encode(public_key, 'hex') AS public_key,
       sign_count, transports, aaguid, backup_eligible, backed_up, added_in, created_at, last_used_at
FROM passkeys WHERE user_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""

PASSKEY_HANDLES: Final = """
SELECT user_id AS key, encode(handle, 'hex') AS handle
FROM passkey_handles WHERE user_id = $1 AND ($2::uuid IS NULL OR user_id > $2) ORDER BY user_id LIMIT $3
"""

EVENTS: Final = """
SELECT id AS key, id, occurred_at, kind, outcome, session_id, host(address) AS address, request_id,
       CASE WHEN request_id IS NULL AND address IS NULL AND user_agent LIKE 'doorstep command line%'
            THEN 'doorstep command line' ELSE user_agent END AS user_agent, -- which operator is no matter of the user's
       detail::text AS detail
FROM audit_events WHERE user_id = $1 AND ($2::uuid IS NULL OR (occurred_at, id) > (
    SELECT occurred_at, id FROM audit_events WHERE id = $2))
ORDER BY occurred_at, id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A list in the copy: its name, the table it comes from, and the statement of one page."""

    name: str
    table: str
    statement: str


SECTIONS: Final = (
    Section("name_and_address", "profiles", NAME_AND_ADDRESS),
    Section("subscriptions", "subscriptions", SUBSCRIPTIONS),
    Section("sessions", "sessions", SESSIONS),
    Section("known_browsers", "known_devices", KNOWN_BROWSERS),
    Section("addresses_given_up", "held_addresses", ADDRESSES_GIVEN_UP),
    Section("links_and_codes", "one_time_tokens", LINKS_AND_CODES),
    Section("authenticator_apps", "totp", AUTHENTICATOR_APPS),
    Section("passkeys", "passkeys", PASSKEYS),
    Section("passkey_handles", "passkey_handles", PASSKEY_HANDLES),
    Section("mails", "outbox", MAILS),
    Section("events", "audit_events", EVENTS),
)

LEFT_OUT: Final = {
    "recovery_codes": "secrets, stored as hashes only: nothing in a row could be told but when the codes were made",
    "pending_recovery_codes": "the same, of codes that nobody has kept yet; gone after a day, the event tells of them",
    "login_tickets": "secrets of a log-in that is just under way, gone after five minutes; the event tells of it",
}
"""Tables that say whose a row is and are in no section, with the reason."""


COPIES: Final = """
SELECT count(*) FILTER (WHERE session_id = $2) AS in_session, count(*) AS of_user
FROM audit_events
WHERE user_id = $1 AND occurred_at > $3 AND kind = 'data_exported' AND outcome = 'success'
"""


async def count_copies(connection: Connection, user_id: UUID, session_id: UUID, since: datetime) -> tuple[int, int]:
    """How many copies were handed out since then: to this session, and to all of the user and the operator."""
    row = await connection.fetchrow(COPIES, user_id, session_id, since)
    return (row["in_session"], row["of_user"]) if row else (0, 0)


async def profile(connection: Connection, user_id: UUID) -> dict[str, object] | None:
    """The row of the user, without secrets; None when they are gone."""
    row = await connection.fetchrow(PROFILE, user_id)
    return dict(row) if row else None


async def page(connection: Connection, section: Section, user_id: UUID, after: object) -> list[dict[str, object]]:
    """Up to `PAGE` rows behind the key `after` (None: from the beginning), each with its `key`."""
    statement = section.statement
    return [dict(row) for row in await connection.fetch(statement, user_id, after, PAGE)]
