"""SQL of known devices."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection

REMEMBER: Final = """
INSERT INTO known_devices (user_id, device_id, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $3)
ON CONFLICT (user_id, device_id) DO UPDATE SET last_seen_at = $3
"""

TRUST: Final = """
UPDATE known_devices SET trusted_until = $3, trusted_version = $4 WHERE user_id = $1 AND device_id = $2
"""

DISTRUST: Final = """
UPDATE known_devices SET trusted_until = NULL, trusted_version = NULL
WHERE user_id = $1 AND trusted_until IS NOT NULL RETURNING device_id
"""

# As log-in asks: a change of the credentials ends the trust.
COUNT_TRUSTED: Final = """
SELECT count(*) FROM known_devices d JOIN users u ON u.id = d.user_id
WHERE d.user_id = $1 AND d.trusted_until > $2 AND d.trusted_version = u.credential_version
"""

HAS_OTHERS: Final = "SELECT EXISTS (SELECT FROM known_devices WHERE user_id = $1 AND device_id <> $2)"

SELECT_OF_USER: Final = "SELECT device_id FROM known_devices WHERE user_id = $1 ORDER BY last_seen_at DESC"

# That browser is where the session was started.
FORGET_OF_SESSION: Final = """
DELETE FROM known_devices d USING sessions s
WHERE s.id = $2 AND s.user_id = $1 AND d.user_id = s.user_id AND d.device_id = s.device_id
"""


async def remember(tx: Connection, user_id: UUID, device_id: UUID, now: datetime) -> None:
    """Note that the user has logged in there."""
    await tx.execute(REMEMBER, user_id, device_id, now)


async def has_others(tx: Connection, user_id: UUID, device_id: UUID) -> bool:
    """Whether the user is known in another browser, too."""
    return bool(await tx.fetchval(HAS_OTHERS, user_id, device_id))


async def of_user(connection: Connection, user_id: UUID) -> list[UUID]:
    """The devices of a user, the one used last first."""
    return [row["device_id"] for row in await connection.fetch(SELECT_OF_USER, user_id)]


async def forget_of_session(tx: Connection, user_id: UUID, session_id: UUID) -> None:
    """The browser of that session is unknown to the user from now on."""
    await tx.execute(FORGET_OF_SESSION, user_id, session_id)


async def trust(tx: Connection, user_id: UUID, device_id: UUID, until: datetime, version: int) -> None:
    """Leave the second factor out there, until then and while the credentials are of that version."""
    await tx.execute(TRUST, user_id, device_id, until, version)


async def distrust(tx: Connection, user_id: UUID) -> int:
    """Trust no browser of this user; how many had been trusted at some time."""
    return len(await tx.fetch(DISTRUST, user_id))


async def count_trusted(connection: Connection, user_id: UUID, now: datetime) -> int:
    """How many browsers of this user are trusted."""
    return int(await connection.fetchval(COUNT_TRUSTED, user_id, now))
