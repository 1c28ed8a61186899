"""SQL of known devices."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection

REMEMBER: Final = """
INSERT INTO known_devices (user_id, device_id, first_seen_at, last_seen_at, epoch)
SELECT u.id, $2, $3, $3, u.device_epoch FROM users u WHERE u.id = $1
ON CONFLICT (user_id, device_id) DO UPDATE SET
    last_seen_at = $3, epoch = excluded.epoch,
    trusted_until = CASE WHEN known_devices.epoch = excluded.epoch THEN known_devices.trusted_until END,
    trusted_version = CASE WHEN known_devices.epoch = excluded.epoch THEN known_devices.trusted_version END
"""

TRUST: Final = """
UPDATE known_devices SET trusted_until = $3, trusted_version = $4, former_device_id = $5
WHERE user_id = $1 AND device_id = $2
"""

DISTRUST: Final = """
UPDATE known_devices SET trusted_until = NULL, trusted_version = NULL
WHERE user_id = $1 AND trusted_until IS NOT NULL AND epoch = (SELECT device_epoch FROM users WHERE id = $1)
RETURNING device_id
"""

# As log-in asks: a change of the credentials ends the trust.
COUNT_TRUSTED: Final = """
SELECT count(*) FROM known_devices d JOIN users u ON u.id = d.user_id
WHERE d.user_id = $1 AND d.epoch = u.device_epoch
  AND d.trusted_until > $2 AND d.trusted_version = u.credential_version
"""

# Also those that were forgotten: after a new password the first log-in is told, wherever it is.
HAS_OTHERS: Final = """
SELECT EXISTS (SELECT FROM known_devices WHERE user_id = $1 AND device_id <> $2)
    OR EXISTS (SELECT FROM users WHERE id = $1 AND device_epoch > 1)
"""

SELECT_OF_USER: Final = """
SELECT d.device_id FROM known_devices d JOIN users u ON u.id = d.user_id
WHERE d.user_id = $1 AND d.epoch = u.device_epoch LIMIT $2
"""

# All of them at once, however many there are: a device of an earlier epoch is not known. Whoever had been known
# before a moment is still found by `WAS_KNOWN`.
FORGET_ALL: Final = "UPDATE users SET device_epoch = device_epoch + 1 WHERE id = $1"

# One of them is known at once again: the browser that its user is just in.
CARRY_OVER: Final = """
UPDATE known_devices d SET epoch = u.device_epoch FROM users u
WHERE u.id = $1 AND d.user_id = u.id AND d.device_id = $2 AND d.epoch = u.device_epoch - 1
"""

WAS_SEEN: Final = "SELECT EXISTS (SELECT FROM known_devices WHERE user_id = $1 AND device_id = $2)"

# A device id of ours begins with the time at which it was made, so that the key finds the newly seen ones first.
FORGET_EXCESS: Final = """
WITH known AS MATERIALIZED (
    SELECT device_id, first_seen_at, last_seen_at FROM known_devices
    WHERE user_id = $1 AND device_id <> $2 ORDER BY device_id DESC LIMIT $4::int + 500
), ranked AS (
    SELECT device_id, count(*) OVER () AS number,
           row_number() OVER (
               ORDER BY CASE WHEN first_seen_at <= $3::timestamptz - interval '1 day' THEN 2
                             WHEN last_seen_at > first_seen_at THEN 1
                             ELSE 0 END, last_seen_at, device_id
           ) AS place
    FROM known
)
DELETE FROM known_devices d USING ranked
WHERE d.user_id = $1 AND d.device_id = ranked.device_id AND ranked.place <= ranked.number - ($4 - 1)
RETURNING d.device_id
"""

WAS_KNOWN: Final = """
SELECT EXISTS (
    SELECT FROM known_devices d
    WHERE d.user_id = $1 AND d.device_id = $2 AND d.first_seen_at <= $3
      AND d.device_id IS DISTINCT FROM (SELECT device_id FROM sessions WHERE id = $4::uuid AND user_id = $1)
)
"""


async def remember(tx: Connection, user_id: UUID, device_id: UUID, now: datetime) -> None:
    """Note that the user has logged in there."""
    await tx.execute(REMEMBER, user_id, device_id, now)


async def has_others(tx: Connection, user_id: UUID, device_id: UUID) -> bool:
    """Whether the user is, or was, known in another browser, too."""
    return bool(await tx.fetchval(HAS_OTHERS, user_id, device_id))


async def of_user(connection: Connection, user_id: UUID, most: int) -> list[UUID]:
    """The devices of a user, at most so many."""
    return [row["device_id"] for row in await connection.fetch(SELECT_OF_USER, user_id, most)]


async def forget_all(tx: Connection, user_id: UUID, *, but: UUID | None = None) -> None:
    """No browser but that one is known to the user from now on. Costs the same for one and for a million."""
    await tx.execute(FORGET_ALL, user_id)
    if but is not None:
        await tx.execute(CARRY_OVER, user_id, but)


async def was_seen(connection: Connection, user_id: UUID, device_id: UUID) -> bool:
    """Whether the user has ever been known in this browser."""
    return bool(await connection.fetchval(WAS_SEEN, user_id, device_id))


async def forget_excess(tx: Connection, user_id: UUID, kept: UUID, now: datetime, most: int) -> int:
    """Forget those past the `most` that a user may be known in, least recently used first, never `kept`; how many."""
    return len(await tx.fetch(FORGET_EXCESS, user_id, kept, now, most))


async def was_known(
    connection: Connection, user_id: UUID, device_id: UUID, moment: datetime, session_id: UUID | None
) -> bool:
    """Whether this browser was known to the user at that moment, and is not the one of that session."""
    return bool(await connection.fetchval(WAS_KNOWN, user_id, device_id, moment, session_id))


async def trust(
    tx: Connection, user_id: UUID, device_id: UUID, until: datetime, version: int, former: UUID | None
) -> None:
    """Leave the second factor out there, until then and while the credentials are of that version."""
    await tx.execute(TRUST, user_id, device_id, until, version, former)


async def distrust(tx: Connection, user_id: UUID) -> int:
    """Trust no browser of this user; how many had been trusted at some time."""
    return len(await tx.fetch(DISTRUST, user_id))


async def count_trusted(connection: Connection, user_id: UUID, now: datetime) -> int:
    """How many browsers of this user are trusted."""
    return int(await connection.fetchval(COUNT_TRUSTED, user_id, now))
