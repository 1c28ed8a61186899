"""Enough rows in every table that grows: with them the planner goes the way that it goes with millions."""

from typing import Final

import asyncpg

USERS: Final = 4_000

# User number n has the id `md5('user n')` and the session `md5('session n')`.
_USER: Final = "md5('user ' || n)::uuid"
_SESSION: Final = "md5('session ' || n)::uuid"
_ID: Final = "gen_random_uuid()"
_HASH: Final = "sha256(n::text::bytea)"
_AGO: Final = "now() - n * interval '1 minute'"
_AHEAD: Final = "now() + n * interval '1 minute'"

_FILL: Final = {
    "users (id, email, email_key, email_key_form, password_hash, created_at, updated_at, deletion_due_at)": (
        f"{_USER}, 'User' || n || '@example.org', 'user' || n || '@example.org', 2, 'hash', {_AGO}, {_AGO}, "
        f"CASE WHEN n % 10 = 0 THEN {_AHEAD} END"
    ),
    "sessions (id, user_id, secret, rotated_at, remember, amr, created_at, authenticated_at, last_seen_at, "
    "idle_expires_at, expires_at, device_id)": (
        f"{_SESSION}, {_USER}, {_HASH}, {_AGO}, true, ARRAY['pwd'], {_AGO}, {_AGO}, {_AGO}, {_AHEAD}, {_AHEAD}, {_ID}"
    ),
    "subscriptions (id, user_id, plan_code, price_minor, currency, billing_interval, started_at, created_at, "
    "updated_at)": f"{_ID}, {_USER}, 'plan', 1, 'EUR', 'month', {_AGO}, {_AGO}, {_AGO}",
    "audit_events (id, occurred_at, kind, outcome, user_id, session_id)": (
        f"{_ID}, {_AGO}, 'login', 'success', {_USER}, {_SESSION}"
    ),
    "throttle (subject, kind, failures, admitted, window_began_at, touched_at)": (
        f"{_HASH}, 'email', 1, true, {_AGO}, {_AGO}"
    ),
    "known_devices (user_id, device_id, first_seen_at, last_seen_at)": f"{_USER}, {_ID}, {_AGO}, {_AGO}",
    "one_time_tokens (id, token_hash, purpose, user_id, session_id, created_at, expires_at, used_at)": (
        f"{_ID}, {_HASH}, 'reset', {_USER}, {_SESSION}, {_AGO}, {_AHEAD}, CASE WHEN n % 2 = 0 THEN {_AGO} END"
    ),
    "outbox (id, kind, recipient, recipient_key, user_id, created_at, due_at, turn_at, sent_at, sealed_letter)": (
        f"{_ID}, 'letter', 'user' || n || '@example.org', 'user' || n || '@example.org', {_USER}, {_AGO}, {_AGO}, "
        f"{_AGO}, CASE WHEN n % 10 > 0 THEN {_AGO} END, CASE WHEN n % 10 = 0 THEN {_HASH} END"
    ),
    "recovery_requests (id, email_key, created_at)": f"{_ID}, 'user' || n || '@example.org', {_AGO}",
    "held_addresses (email_key, user_id, held_until)": f"'held' || n || '@example.org', {_USER}, {_AHEAD}",
    "totp (user_id, sealed_secret, created_at, confirmed_at, removal_due_at, removal_since)": (
        f"{_USER}, {_HASH}, {_AGO}, CASE WHEN n % 2 = 0 THEN {_AGO} END, CASE WHEN n % 10 = 0 THEN {_AHEAD} END, "
        f"CASE WHEN n % 10 = 0 THEN {_AGO} END"
    ),
    "recovery_codes (code_hash, user_id, created_at)": f"{_HASH}, {_USER}, {_AGO}",
    "pending_recovery_codes (user_id, set_id, made_in, code_hashes, created_at)": (
        f"{_USER}, {_ID}, {_SESSION}, ARRAY[{_HASH}], {_AGO}"
    ),
    "login_tickets (id, token_hash, user_id, credential_version, remember, known_device, charged, created_at, "
    "expires_at)": f"{_ID}, {_HASH}, {_USER}, 1, false, false, {_HASH}, {_AGO}, {_AHEAD}",
    "passkey_handles (user_id, handle)": f"{_USER}, {_HASH} || {_HASH}",
    "passkeys (id, user_id, credential_id, public_key, sign_count, name, transports, aaguid, backup_eligible, "
    "backed_up, added_in, created_at)": (
        f"{_ID}, {_USER}, {_HASH}, {_HASH}, 1, 'key', ARRAY['usb'], {_ID}, false, false, {_SESSION}, {_AGO}"
    ),
    "profiles (user_id, name, recipient, line1, line2, postal_code, city, region, country, updated_at)": (
        f"{_USER}, 'Name', '', '', '', '', '', '', '', {_AGO}"
    ),
    "spent_proofs (id, expires_at)": f"{_ID}, {_AHEAD}",
    "spent_challenges (id, expires_at)": f"{_ID}, {_AHEAD}",
    "open_attempts (id, subjects, charged_at, opened_at)": f"{_ID}, ARRAY[{_HASH}], {_AGO}, {_AGO}",
}

NEVER_MANY: Final = frozenset({"alembic_version", "signing_keys", "imports", "suitable_servers", "recovery_code_keys"})
"""Tables that do not grow with the number of users: reading one of them whole is reading little."""


async def fill(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Fill every table that grows, and let the planner know."""
    for table, values in _FILL.items():
        await connection.execute(
            f"INSERT INTO {table} SELECT {values} FROM generate_series(1, {USERS}) AS numbers (n)"  # noqa: S608 -- ours
        )
    await connection.execute("ANALYZE")


def filled() -> frozenset[str]:
    """The tables that `fill` fills."""
    return frozenset(table.partition(" ")[0] for table in _FILL)
