"""SQL of log-in: one statement that charges the attempt and reads what it is checked against."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection
from doorstep.login.models import Attempt
from doorstep.throttle.models import Charge, SpentProof, Subjects
from doorstep.throttle.policy import Limits
from doorstep.users.models import Credentials, UserStatus

# Reading first and writing afterwards would let a parallel burst pass a limit together, so both limits are charged by
# upserts whose row locks make attempts queue up: first the network, then (only if that is admitted, so that a refused
# flood does not count against anybody) the e-mail address, or the device where this user has logged in from it before.
# The failure is charged beforehand and forgiven by success.
OPEN_ATTEMPT: Final = """
WITH facts AS MATERIALIZED (
    SELECT u.id, u.password_hash, u.credential_version, u.status, d.device_id IS NOT NULL AS known_device
    FROM (VALUES ($1::text)) AS typed (email_key)
    LEFT JOIN users u ON u.email_key = typed.email_key
    LEFT JOIN known_devices d ON d.user_id = u.id AND d.device_id = $2::uuid
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
                           COALESCE(t.blocked_until > $6, false)
                           OR (t.kind = 'email' AND $11::int > 0 AND t.failures >= $11)
                       ) AS refused
                FROM (SELECT t.touched_at + $15::interval <= $6 AS forgotten) AS age
            ) AS count
        )
    RETURNING failures, admitted, blocked_until
)
SELECT facts.id, facts.password_hash, facts.credential_version, facts.status, facts.known_device,
       network.admitted AS network_admitted, network.failures AS network_failures,
       network.window_began_at AS network_began_at,
       COALESCE(person.admitted, false) AS admitted, COALESCE(person.failures, 0) AS failures, person.blocked_until
FROM facts CROSS JOIN network LEFT JOIN person ON true
"""

FORGIVE_PERSON: Final = "DELETE FROM throttle WHERE subject = $1"

FORGIVE_NETWORK: Final = "UPDATE throttle SET failures = GREATEST(failures - 1, 0) WHERE subject = $1"


async def open_attempt(
    connection: Connection,
    *,
    email_key: str,
    device_id: UUID | None,
    subjects: Subjects,
    proof: SpentProof | None,
    limits: Limits,
    now: datetime,
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
        charge, Credentials(row["id"], row["password_hash"], row["credential_version"], UserStatus(row["status"]))
    )


async def forgive(tx: Connection, subjects: Subjects, *, known_device: bool) -> None:
    """Take the charge of a successful attempt back: all of the person's, one of the network's."""
    await tx.execute(FORGIVE_NETWORK, subjects.network)
    person = subjects.device if known_device and subjects.device else subjects.email
    await tx.execute(FORGIVE_PERSON, person)
