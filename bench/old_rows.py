"""A user who has been here for long: old rows in every table that can hold more than one of a user."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bench.statements import told
from doorstep.one_time_tokens.models import Purpose
from doorstep.passkeys.policy import MOST_PASSKEYS
from doorstep.recovery_codes.policy import COUNT as MOST_RECOVERY_CODES

# $1 is the user, $2 how many rows. Ids sort by time, as the product's do. Nothing is so old that the purge would remove
# it while a long measure runs.
_EACH: Final = """
FROM generate_series(1, $2) n, LATERAL (SELECT n * interval '5 days' / $2 + interval '1 day') spread (age),
     LATERAL (SELECT now() - age, sha256(uuid_send(gen_random_uuid()))) made (began, hash),
     LATERAL (SELECT lpad(to_hex((extract(epoch FROM began) * 1000)::bigint), 12, '0')) moment (milliseconds),
     LATERAL (SELECT (milliseconds || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid) named (id)
"""
_USER_AGENT: Final = "'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari/537.36'"

# A third is live, a third was ended and a third has expired. Each began in a browser of its own.
_SESSIONS: Final = f"""
INSERT INTO sessions (id, user_id, secret, rotated_at, remember, amr, created_at, authenticated_at, last_seen_at,
                      idle_expires_at, expires_at, revoked_at, revoked_reason, address, user_agent, device_id)
SELECT id, $1, hash, began, n % 3 < 2, '{{pwd}}', began, began, began,
       began + CASE WHEN n % 3 < 2 THEN interval '14 days' ELSE interval '1 hour' END,
       began + CASE WHEN n % 3 < 2 THEN interval '30 days' ELSE interval '24 hours' END,
       CASE WHEN n % 3 = 1 THEN began + interval '1 hour' END, CASE WHEN n % 3 = 1 THEN 'logged_out' END,
       '10.6.0.1', {_USER_AGENT}, md5('device ' || n)::uuid
{_EACH}
"""
_KNOWN_DEVICES: Final = f"""
INSERT INTO known_devices (user_id, device_id, first_seen_at, last_seen_at)
SELECT $1, md5('device ' || n)::uuid, began, began {_EACH}
"""

# Purposes ($3) in turn, and of each every other one unused. Those that name a session name one of those above.
_ONE_TIME_TOKENS: Final = f"""
WITH numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS number FROM sessions WHERE user_id = $1),
each AS (SELECT n, age, began, id, hash, ($3::text[])[1 + n % cardinality($3::text[])] AS purpose {_EACH})
INSERT INTO one_time_tokens (id, token_hash, purpose, user_id, session_id, email, credential_version, created_at,
                             expires_at, used_at)
SELECT each.id, hash, purpose, $1, CASE WHEN purpose = 'not_me' THEN numbered.id END, users.email,
       users.credential_version, began,
       began + CASE WHEN purpose IN ('not_me', 'undo_new_email') THEN interval '7 days' ELSE interval '1 hour' END,
       CASE WHEN n / cardinality($3::text[]) % 2 = 0 THEN began + interval '1 minute' END
FROM each JOIN numbered ON numbered.number = n JOIN users ON users.id = $1
"""  # noqa: S608 -- made of what stands here

# A third was sent, a third given up, and a third waits for its next try.
_OUTBOX: Final = f"""
INSERT INTO outbox (id, kind, recipient, recipient_key, user_id, sealed_letter, created_at, due_at, turn_at, attempts,
                    sent_at, dead_at)
SELECT named.id, 'new_device', email, email_key, $1, CASE WHEN n % 3 > 0 THEN decode(repeat('5a', 600), 'hex') END,
       began, due, due, 6, CASE WHEN n % 3 = 0 THEN began END, CASE WHEN n % 3 = 1 THEN began END
{_EACH}, LATERAL (SELECT CASE WHEN n % 3 = 2 THEN now() + interval '12 hours' ELSE began END) put_off (due),
     users WHERE users.id = $1
"""
_AUDIT_EVENTS: Final = f"""
INSERT INTO audit_events (id, occurred_at, kind, outcome, user_id, session_id, address, user_agent)
SELECT id, began, 'login', 'success', $1, id, '10.6.0.1', {_USER_AGENT} {_EACH}
"""
_LOGIN_TICKETS: Final = f"""
INSERT INTO login_tickets (id, token_hash, user_id, credential_version, remember, known_device, charged, created_at,
                           expires_at)
SELECT id, hash, $1, 1, false, true, hash, began, now() + interval '1 hour' {_EACH}
"""
_RECOVERY_CODES: Final = f"""
INSERT INTO recovery_codes (code_hash, user_id, created_at) SELECT hash, $1, began {_EACH}
"""
_PASSKEYS: Final = f"""
INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, name, transports, aaguid, backup_eligible,
                      backed_up, added_in, created_at)
SELECT id, $1, hash, hash, 0, 'Key ' || n, '{{internal}}', id, false, false, id, began {_EACH}
"""
_HELD_ADDRESSES: Final = f"""
INSERT INTO held_addresses (email_key, user_id, held_until, given_up_at)
SELECT 'held' || n || '@example.org', $1, now() + interval '5 days', began {_EACH}
"""
_SUBSCRIPTIONS: Final = f"""
INSERT INTO subscriptions (id, user_id, plan_code, price_minor, currency, billing_interval, started_at, ends_at,
                           created_at, updated_at)
SELECT id, $1, 'monthly', 900, 'EUR', 'month', began - interval '1 month', began, began - interval '1 month', began
{_EACH}
"""
_FILLED: Final = (
    _KNOWN_DEVICES,
    _OUTBOX,
    _AUDIT_EVENTS,
    _LOGIN_TICKETS,
    _HELD_ADDRESSES,
    _SUBSCRIPTIONS,
)

# What may be deleted, by its key: a copy of each is kept.
_KEPT: Final = {
    "known_devices": "user_id, device_id",
    "one_time_tokens": "id",
    "login_tickets": "id",
    "recovery_codes": "code_hash",
    "passkeys": "id",
    "held_addresses": "email_key",
}
_LIVE: Final = """
SELECT id FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND idle_expires_at > now() ORDER BY id LIMIT 1000
"""
# Whatever way a build has to end sessions, to forget browsers, to void links and to let no password be right.
_USER_AGAIN: Final = """
UPDATE users u SET session_epoch = k.session_epoch, device_epoch = k.device_epoch, token_floor = k.token_floor,
                   password_hash = k.password_hash
FROM bench_users k WHERE u.id = $1 AND k.id = u.id
"""
_SESSIONS_AGAIN: Final = """
UPDATE sessions SET revoked_at = NULL, revoked_reason = NULL WHERE user_id = $1 AND revoked_at >= $2
"""
_UNUSED_AGAIN: Final = """
UPDATE one_time_tokens t SET used_at = NULL FROM bench_one_time_tokens k
WHERE t.id = k.id AND k.used_at IS NULL AND t.user_id = $1 AND t.used_at >= $2
"""


@dataclass(frozen=True)
class OldRows:
    """What one user has: since when, and live sessions, each begun in a browser that is known."""

    dsn: str
    user_id: UUID
    filled_at: datetime
    sessions: tuple[UUID, ...]

    def renew(self) -> None:
        """Bring back what was ended, forgotten, voided or deleted since, whatever way a build has to do so."""
        told(self.dsn, _USER_AGAIN, self.user_id)
        told(self.dsn, _SESSIONS_AGAIN, self.user_id, self.filled_at)
        told(self.dsn, _UNUSED_AGAIN, self.user_id, self.filled_at)
        for table, key in _KEPT.items():
            both = f"bench_{table} kept LEFT JOIN {table} there USING ({key})"
            missing = f"SELECT kept.* FROM {both} WHERE there.user_id IS NULL"  # noqa: S608 -- of names above
            told(self.dsn, f"INSERT INTO {table} {missing}")


def fill(dsn: str, user_id: UUID, rows: int) -> OldRows:
    """So many rows in each table, passkeys and recovery codes up to what a user can have.

    All are looked through by PostgreSQL.
    """
    told(dsn, _SESSIONS, user_id, rows)
    told(dsn, _ONE_TIME_TOKENS, user_id, rows, list(Purpose))
    for statement in _FILLED:
        told(dsn, statement, user_id, rows)
    told(dsn, _PASSKEYS, user_id, min(rows, MOST_PASSKEYS))
    told(dsn, _RECOVERY_CODES, user_id, min(rows, MOST_RECOVERY_CODES))
    for table in ("users", *_KEPT):
        told(dsn, f"CREATE TABLE bench_{table} AS SELECT * FROM {table}")  # noqa: S608 -- as above
    told(dsn, "VACUUM ANALYZE")
    [(filled_at,)] = told(dsn, "SELECT now()")
    return OldRows(dsn, user_id, filled_at, tuple(row["id"] for row in told(dsn, _LIVE, user_id)))
