"""SQL of log-in: one statement that charges the attempt and reads what it is checked against, one that admits."""

import json
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.audit.models import Event
from doorstep.kit.database import Connection
from doorstep.login.models import Admitted, Attempt
from doorstep.second_factors.models import Factor
from doorstep.sessions.models import NewSession
from doorstep.throttle.models import Charge, SpentProof, Subjects
from doorstep.throttle.policy import Limits
from doorstep.users.models import Credentials, UserStatus

# Reading first and writing afterwards would let a parallel burst pass a limit together, so both limits are charged by
# upserts whose row locks make attempts queue up: first the network, then (only if that is admitted, so that a refused
# flood does not count against anybody) the e-mail address, or the device where this user has logged in from it before.
# The failure is charged beforehand and forgiven by success.
OPEN_ATTEMPT: Final = """
WITH facts AS MATERIALIZED (
    SELECT u.id, u.password_hash, u.credential_version, u.status, d.device_id IS NOT NULL AS known_device,
           COALESCE(d.trusted_until > $6 AND d.trusted_version = u.credential_version, false) AS trusted,
           u.log_in_when_verified AND u.email_verified_at IS NULL AS awaits_verification,
           t.user_id IS NOT NULL AS has_totp, t.removal_due_at,
           t.removal_due_at IS NOT NULL AND EXISTS (
               SELECT FROM known_devices k
               WHERE k.user_id = u.id AND k.device_id = $2::uuid AND k.first_seen_at <= t.removal_since
                 AND k.device_id IS DISTINCT FROM (SELECT s.device_id FROM sessions s WHERE s.id = t.removal_session_id)
           ) AS may_remove,
           t.user_id IS NOT NULL AND EXISTS (SELECT FROM recovery_codes r WHERE r.user_id = u.id) AS has_recovery_codes,
           t.user_id IS NOT NULL AND EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id) AS has_passkeys
    FROM (VALUES ($1::text)) AS typed (email_key)
    LEFT JOIN users u ON u.email_key = typed.email_key
    LEFT JOIN known_devices d ON d.user_id = u.id AND d.device_id = $2::uuid AND d.epoch = u.device_epoch
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
    RETURNING subject, failures, admitted, blocked_until
), attempt AS (
    INSERT INTO open_attempts (id, subjects, charged_at)
    SELECT $16::uuid, ARRAY[$5::bytea, person.subject], $6 FROM person WHERE person.admitted
)
SELECT facts.id, facts.password_hash, facts.credential_version, facts.status, facts.known_device,
       facts.trusted, facts.has_totp, facts.has_recovery_codes, facts.has_passkeys,
       facts.awaits_verification, facts.removal_due_at, facts.may_remove,
       network.admitted AS network_admitted, network.failures AS network_failures,
       network.window_began_at AS network_began_at,
       COALESCE(person.admitted, false) AS admitted, COALESCE(person.failures, 0) AS failures, person.blocked_until
FROM facts CROSS JOIN network LEFT JOIN person ON true
"""

# Everything that a right password changes, in one statement, if the credentials are still those that were checked while
# the hash was computed: the lock holds them still, and where it finds nothing, nothing else is done. The network's
# counter comes before the person's, as above: two statements that wait for each other's row would wait for ever.
ADMIT: Final = """
WITH admitted AS MATERIALIZED (
    SELECT id, session_epoch, device_epoch FROM users
    WHERE id = $1 AND credential_version = $2 AND status = 'active' FOR NO KEY UPDATE
), forgotten AS (
    SELECT d.device_id FROM known_devices d JOIN admitted ON admitted.id = d.user_id
    WHERE d.device_id = $3 AND d.epoch <> admitted.device_epoch
), device AS (
    INSERT INTO known_devices (user_id, device_id, first_seen_at, last_seen_at, epoch)
    SELECT id, $3, $4, $4, device_epoch FROM admitted
    ON CONFLICT (user_id, device_id) DO UPDATE SET
        last_seen_at = excluded.last_seen_at, epoch = excluded.epoch,
        trusted_until = CASE WHEN known_devices.epoch = excluded.epoch THEN known_devices.trusted_until END,
        trusted_version = CASE WHEN known_devices.epoch = excluded.epoch THEN known_devices.trusted_version END
    RETURNING xmax = 0 OR EXISTS (SELECT FROM forgotten) AS is_new
), session AS (
    INSERT INTO sessions (id, user_id, secret, rotated_at, remember, amr, created_at, authenticated_at, last_seen_at,
                          idle_expires_at, expires_at, address, user_agent, device_id, epoch)
    SELECT $5, id, $6, $4, $7, $8, $4, $4, $4, $9, $10, $11::text::inet, $12, $3, session_epoch FROM admitted
), live AS (
    SELECT s.id FROM admitted CROSS JOIN LATERAL (
        SELECT id FROM sessions
        WHERE user_id = admitted.id AND epoch = admitted.session_epoch
          AND revoked_at IS NULL AND expires_at > $4 AND idle_expires_at > $4
        ORDER BY expires_at LIMIT $21
    ) AS s
), event AS (
    INSERT INTO audit_events (id, occurred_at, kind, outcome, user_id, session_id, address, user_agent, request_id,
                              detail)
    SELECT $13, $14, $15, $16, id, $5, $11::text::inet, $12, $17, $18::text::jsonb FROM admitted
), network AS (
    UPDATE throttle SET failures = GREATEST(failures - 1, 0) FROM admitted WHERE subject = $19 RETURNING subject
), person AS (
    DELETE FROM throttle USING admitted WHERE subject = $20 AND (SELECT count(*) FROM network) >= 0
)
SELECT is_new, (SELECT count(*) FROM live) >= $21 AS is_full FROM device
"""

# The network guessed nothing wrong; the person's counter waits for the second factor.
FORGIVE_NETWORK: Final = "UPDATE throttle SET failures = GREATEST(failures - 1, 0) WHERE subject = $1"

# What ADMIT does to the counters, for a right password that opens no session.
FORGIVE: Final = """
WITH network AS (
    UPDATE throttle SET failures = GREATEST(failures - 1, 0) WHERE subject = $1 RETURNING subject
)
DELETE FROM throttle WHERE subject = $2 AND (SELECT count(*) FROM network) >= 0
"""

_FACTORS = {Factor.TOTP: "has_totp", Factor.RECOVERY_CODE: "has_recovery_codes", Factor.PASSKEY: "has_passkeys"}


async def open_attempt(
    connection: Connection,
    *,
    email_key: str,
    device_id: UUID | None,
    subjects: Subjects,
    proof: SpentProof | None,
    limits: Limits,
    now: datetime,
    attempt_id: UUID,
) -> Attempt:
    """Charge the attempt and read the credentials, atomically, in one statement of its own transaction."""
    row = await connection.fetchrow(
        OPEN_ATTEMPT,
        email_key,
        device_id if subjects.device else None,
        subjects.email,
        subjects.device,
        subjects.network,
        now,
        proof.id if proof else None,
        proof.expires_at if proof else None,
        limits.free_failures,
        limits.longest_delay,
        limits.lock_after,
        limits.network_free,
        limits.network_limit,
        limits.network_window,
        limits.forget_after,
        attempt_id,
    )
    if row is None:
        raise RuntimeError("an aggregate of one row came back empty")
    charge = Charge(
        network_admitted=row["network_admitted"],
        network_failures=row["network_failures"],
        network_began_at=row["network_began_at"],
        admitted=row["admitted"],
        failures=row["failures"],
        blocked_until=row["blocked_until"],
        known_device=row["known_device"],
    )
    if row["id"] is None:
        return Attempt(charge, None)
    return Attempt(
        charge,
        Credentials(row["id"], row["password_hash"], row["credential_version"], UserStatus(row["status"])),
        tuple(factor for factor, column in _FACTORS.items() if row[column]),
        row["trusted"],
        awaits_verification=row["awaits_verification"],
        removal_due_at=row["removal_due_at"],
        may_remove=bool(row["may_remove"]),
    )


async def admit(
    connection: Connection,
    checked: Credentials,
    session: NewSession,
    event: Event,
    forgiven: tuple[bytes, bytes],
    most_live: int,
) -> Admitted | None:
    """Store the session, the device and the event, and forgive the charge of the network and the person.

    `most_live` is how many live sessions a user may have. None, and nothing is done, when the credentials are not those
    that were checked any more.
    """
    row = await connection.fetchrow(
        ADMIT,
        checked.user_id,
        checked.credential_version,
        session.device_id,
        session.began_at,
        session.id,
        session.secret,
        session.remember,
        list(session.amr),
        session.idle_expires_at,
        session.expires_at,
        session.address,
        session.user_agent,
        event.id,
        event.occurred_at,
        event.kind,
        event.outcome,
        event.client.request_id,
        json.dumps(event.detail),
        *forgiven,
        most_live,
    )
    return Admitted(row["is_new"], row["is_full"]) if row else None


async def forgive(connection: Connection, network: bytes, person: bytes) -> None:
    """Take the charge of a right password back: one of the network's, all of the person's."""
    await connection.execute(FORGIVE, network, person)


async def forgive_network(connection: Connection, network: bytes) -> None:
    """Take the network's charge of a right password back."""
    await connection.execute(FORGIVE_NETWORK, network)
