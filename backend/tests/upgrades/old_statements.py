"""Statements of commit 5ce81d1, as its servers run them: word for word from its `queries` rooms."""

from typing import Final

ROTATE: Final = """
WITH current AS MATERIALIZED (
    SELECT s.id, asked.address
    FROM unnest($1::uuid[], $2::integer[], $3::text[]::inet[]) AS asked (id, generation, address)
    JOIN sessions s ON s.id = asked.id AND s.generation = asked.generation
    JOIN users u ON u.id = s.user_id AND u.status = 'active'
    WHERE s.revoked_at IS NULL AND s.idle_expires_at > $4 AND s.expires_at > $4
    FOR NO KEY UPDATE OF s SKIP LOCKED
)
UPDATE sessions s
SET generation = s.generation + 1, rotated_at = $4, last_seen_at = $4, address = current.address,
    idle_expires_at = least(CASE WHEN s.remember THEN $6::timestamptz ELSE $5 END, s.expires_at)
FROM current
WHERE s.id = current.id
RETURNING s.id, s.user_id, s.secret, s.generation, s.rotated_at, s.remember, s.amr, s.authenticated_at,
          s.idle_expires_at, s.expires_at, s.revoked_at, true AS user_active
"""

SELECT_SIGNED_IN: Final = """
SELECT s.id AS session_id, s.authenticated_at, s.amr,
       u.id, u.email, u.email_verified_at, u.status, u.created_at, u.deletion_due_at,
       p.id AS subscription_id, p.plan_code, p.price_minor, p.currency, p.billing_interval, p.started_at,
       p.trial_ends_at, p.past_due_since, p.cancel_requested_at, p.ends_at
FROM sessions s
JOIN users u ON u.id = s.user_id
LEFT JOIN LATERAL (
    SELECT * FROM subscriptions WHERE user_id = u.id ORDER BY started_at DESC, id DESC LIMIT 1
) p ON true
WHERE s.id = ANY ($1::uuid[])
  AND s.revoked_at IS NULL AND s.idle_expires_at > $2 AND s.expires_at > $2 AND u.status = 'active'
"""

OPEN_ATTEMPT: Final = """
WITH facts AS MATERIALIZED (
    SELECT u.id, u.password_hash, u.credential_version, u.status, d.device_id IS NOT NULL AS known_device,
           COALESCE(d.trusted_until > $6 AND d.trusted_version = u.credential_version, false) AS trusted,
           t.user_id IS NOT NULL AS has_totp,
           t.user_id IS NOT NULL AND EXISTS (SELECT FROM recovery_codes r WHERE r.user_id = u.id) AS has_recovery_codes,
           t.user_id IS NOT NULL AND EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id) AS has_passkeys
    FROM (VALUES ($1::text)) AS typed (email_key)
    LEFT JOIN users u ON u.email_key = typed.email_key
    LEFT JOIN known_devices d ON d.user_id = u.id AND d.device_id = $2::uuid
    LEFT JOIN totp t ON t.user_id = u.id AND t.confirmed_at IS NOT NULL
), proof AS (
    INSERT INTO spent_proofs (id, expires_at)
    SELECT $7::uuid, $8::timestamptz WHERE $7::uuid IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING id
), network AS (
    INSERT INTO throttle AS t (subject, kind, failures, admitted, window_began_at, touched_at)
    VALUES ($5, 'network', 1, true, $6, $6)
    ON CONFLICT (subject) DO UPDATE SET
        window_began_at = CASE WHEN t.window_began_at + $14::interval <= $6 THEN $6 ELSE t.window_began_at END,
        failures = CASE
            WHEN t.window_began_at + $14::interval <= $6 THEN 1
            WHEN ($12::int = 0 OR t.failures < $12 OR EXISTS (SELECT FROM proof))
                AND ($13::int = 0 OR t.failures < $13) THEN t.failures + 1
            ELSE t.failures END,
        admitted = t.window_began_at + $14::interval <= $6
            OR (($12 = 0 OR t.failures < $12 OR EXISTS (SELECT FROM proof)) AND ($13 = 0 OR t.failures < $13)),
        touched_at = $6
    RETURNING admitted, failures, window_began_at
), person AS (
    INSERT INTO throttle AS t (subject, kind, failures, admitted, blocked_until, window_began_at, touched_at)
    SELECT CASE WHEN facts.known_device THEN $4::bytea ELSE $3::bytea END,
           CASE WHEN facts.known_device THEN 'device' ELSE 'email' END,
           1, true, CASE WHEN $9::int = 1 THEN $6 + interval '1 second' END, $6, $6
    FROM facts, network WHERE network.admitted
    ON CONFLICT (subject) DO UPDATE SET
        (failures, admitted, blocked_until, window_began_at, touched_at) = (
            SELECT CASE WHEN refused THEN t.failures ELSE past + 1 END,
                   NOT refused,
                   CASE WHEN refused THEN t.blocked_until
                        WHEN $9 > 0 AND past + 1 >= $9
                        THEN $6 + LEAST($10::interval, interval '1 second' * power(2, LEAST(past + 1 - $9, 30)))
                   END,
                   CASE WHEN past = 0 THEN $6 ELSE t.window_began_at END,
                   CASE WHEN refused THEN t.touched_at ELSE $6 END
            FROM (
                SELECT CASE WHEN forgotten THEN 0 ELSE t.failures END AS past,
                       NOT forgotten AND (
                           ($9::int > 0 AND COALESCE(t.blocked_until > $6, false))
                           OR (t.kind = 'email' AND $11::int > 0 AND t.failures >= $11)
                       ) AS refused
                FROM (SELECT t.touched_at + $15::interval <= $6 AS forgotten) AS age
            ) AS count
        )
    RETURNING failures, admitted, blocked_until
)
SELECT facts.id, facts.password_hash, facts.credential_version, facts.status, facts.known_device,
       facts.trusted, facts.has_totp, facts.has_recovery_codes, facts.has_passkeys,
       network.admitted AS network_admitted, network.failures AS network_failures,
       network.window_began_at AS network_began_at,
       COALESCE(person.admitted, false) AS admitted, COALESCE(person.failures, 0) AS failures, person.blocked_until
FROM facts CROSS JOIN network LEFT JOIN person ON true
"""

ADMIT: Final = """
WITH admitted AS MATERIALIZED (
    SELECT id FROM users WHERE id = $1 AND credential_version = $2 AND status = 'active' FOR NO KEY UPDATE
), device AS (
    INSERT INTO known_devices (user_id, device_id, first_seen_at, last_seen_at)
    SELECT id, $3, $4, $4 FROM admitted
    ON CONFLICT (user_id, device_id) DO UPDATE SET last_seen_at = excluded.last_seen_at
    RETURNING xmax = 0 AS is_new
), session AS (
    INSERT INTO sessions (id, user_id, secret, rotated_at, remember, amr, created_at, authenticated_at, last_seen_at,
                          idle_expires_at, expires_at, address, user_agent, device_id)
    SELECT $5, id, $6, $4, $7, $8, $4, $4, $4, $9, $10, $11::text::inet, $12, $3 FROM admitted
), event AS (
    INSERT INTO audit_events (id, occurred_at, kind, outcome, user_id, session_id, address, user_agent, request_id,
                              detail)
    SELECT $13, $14, $15, $16, id, $5, $11::text::inet, $12, $17, $18::text::jsonb FROM admitted
), network AS (
    UPDATE throttle SET failures = GREATEST(failures - 1, 0) FROM admitted WHERE subject = $19 RETURNING subject
), person AS (
    DELETE FROM throttle USING admitted WHERE subject = $20 AND (SELECT count(*) FROM network) >= 0
)
SELECT is_new FROM device
"""

INSERT_MAIL: Final = """
INSERT INTO outbox (id, kind, recipient, user_id, sealed_letter, created_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
"""

TAKE_DUE: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM outbox
    WHERE sent_at IS NULL AND dead_at IS NULL AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
    ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE outbox o SET leased_until = $2, attempts = attempts + 1 FROM due WHERE o.id = due.id
RETURNING o.id, o.kind, o.recipient, o.sealed_letter, o.attempts, o.leased_until
"""

MARK_SENT: Final = """
UPDATE outbox SET sent_at = $2, dead_at = NULL, leased_until = NULL, sealed_letter = NULL, last_error = NULL
WHERE id = $1 AND sent_at IS NULL
"""

INSERT_TOKEN: Final = """
INSERT INTO one_time_tokens (id, token_hash, code_hash, purpose, user_id, session_id, email, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

SELECT_TOKEN: Final = """
SELECT id, user_id, session_id, email, wrong_codes, expires_at, used_at
FROM one_time_tokens WHERE token_hash = $1 AND purpose = $2
"""

INSERT_USER: Final = """
INSERT INTO users (id, email, email_key, password_hash, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (email_key) DO NOTHING
RETURNING id
"""

LOCK_CREDENTIALS: Final = """
SELECT id, password_hash, credential_version, status FROM users WHERE id = $1 FOR NO KEY UPDATE
"""

INSERT_EVENT: Final = """
INSERT INTO audit_events
    (id, occurred_at, kind, outcome, user_id, session_id, address, user_agent, request_id, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::inet, $8, $9, $10::text::jsonb)
"""
