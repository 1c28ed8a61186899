"""SQL of the counters, for what is counted by network alone. Log-in has a statement of its own."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection
from doorstep.throttle.models import Charge, SpentProof
from doorstep.throttle.policy import Limits

CHARGE_NETWORK: Final = """
WITH proof AS (
    INSERT INTO spent_proofs (id, expires_at)
    SELECT $3::uuid, $4::timestamptz WHERE $3::uuid IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING id
), charged AS (
    INSERT INTO throttle AS t (subject, kind, failures, admitted, window_began_at, touched_at)
    VALUES ($1, 'network', 1, true, $2, $2)
    ON CONFLICT (subject) DO UPDATE SET
        (failures, admitted, window_began_at, touched_at) = (
            SELECT CASE WHEN admitted THEN past + 1 ELSE past END, admitted,
                   CASE WHEN is_over THEN $2 ELSE t.window_began_at END, $2
            FROM (
                SELECT past, is_over, ($5::int = 0 OR past < $5 OR EXISTS (SELECT FROM proof))
                    AND ($6::int = 0 OR past < $6) AS admitted
                FROM (
                    SELECT t.window_began_at + $7::interval <= $2 AS is_over,
                           CASE WHEN t.window_began_at + $7::interval <= $2 THEN 0 ELSE t.failures END AS past
                ) AS age
            ) AS judged
        )
    RETURNING admitted, failures, window_began_at
), attempt AS (
    INSERT INTO open_attempts (id, subjects, charged_at)
    SELECT $8::uuid, ARRAY[$1::bytea], $2 FROM charged WHERE charged.admitted AND $8::uuid IS NOT NULL
)
SELECT admitted, failures, window_began_at FROM charged
"""

# Codes of a second factor are counted apart from passwords: who knows the password must not be able to take back what
# wrong codes were charged.
CHARGE_CODE: Final = """
INSERT INTO throttle AS t (subject, kind, failures, admitted, blocked_until, window_began_at, touched_at)
VALUES ($1, 'factor', 1, true, CASE WHEN $3::int = 1 THEN $2::timestamptz + interval '1 second' END, $2, $2)
ON CONFLICT (subject) DO UPDATE SET
    (failures, admitted, blocked_until, window_began_at, touched_at) = (
        SELECT CASE WHEN refused THEN t.failures ELSE past + 1 END,
               NOT refused,
               CASE WHEN refused THEN t.blocked_until
                    WHEN $3 > 0 AND past + 1 >= $3
                    THEN $2 + LEAST($4::interval, interval '1 second' * power(2, LEAST(past + 1 - $3, 30)))
               END,
               CASE WHEN past = 0 THEN $2 ELSE t.window_began_at END,
               CASE WHEN refused THEN t.touched_at ELSE $2 END
        FROM (
            SELECT CASE WHEN forgotten THEN 0 ELSE t.failures END AS past,
                   NOT forgotten AND $3 > 0 AND COALESCE(t.blocked_until > $2, false) AS refused
            FROM (SELECT t.touched_at + $5::interval <= $2 AS forgotten) AS age
        ) AS count
    )
RETURNING failures, admitted, blocked_until
"""

FORGIVE_NETWORK: Final = "UPDATE throttle SET failures = GREATEST(failures - 1, 0) WHERE subject = $1"

FORGET: Final = "DELETE FROM throttle WHERE subject = ANY($1::bytea[])"


async def charge_network(
    connection: Connection,
    subject: bytes,
    proof: SpentProof | None,
    limits: Limits,
    now: datetime,
    attempt_id: UUID | None,
) -> Charge:
    """Count one attempt from this network, atomically."""
    row = await connection.fetchrow(
        CHARGE_NETWORK,
        subject,
        now,
        proof.id if proof else None,
        proof.expires_at if proof else None,
        limits.network_free,
        limits.network_limit,
        limits.network_window,
        attempt_id,
    )
    if row is None:
        raise RuntimeError("an upsert returned no row")
    return Charge(
        network_admitted=row["admitted"],
        network_failures=row["failures"],
        network_began_at=row["window_began_at"],
        admitted=row["admitted"],
        failures=0,
        blocked_until=None,
        known_device=False,
    )


async def charge_code(connection: Connection, subject: bytes, limits: Limits, now: datetime) -> Charge:
    """Count one try at a code of a second factor, atomically."""
    row = await connection.fetchrow(
        CHARGE_CODE, subject, now, limits.free_failures, limits.longest_delay, limits.forget_after
    )
    if row is None:
        raise RuntimeError("an upsert returned no row")
    return Charge(
        network_admitted=True,
        network_failures=0,
        network_began_at=now,
        admitted=row["admitted"],
        failures=row["failures"],
        blocked_until=row["blocked_until"],
        known_device=True,
    )


async def forgive_network(tx: Connection, subject: bytes) -> None:
    """Take the charge of one attempt back."""
    await tx.execute(FORGIVE_NETWORK, subject)


async def forget(tx: Connection, subjects: list[bytes]) -> None:
    """Start counting these anew."""
    await tx.execute(FORGET, subjects)
