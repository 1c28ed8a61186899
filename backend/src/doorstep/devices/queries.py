"""SQL of known devices."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection

REMEMBER: Final = """
INSERT INTO known_devices (user_id, device_id, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $3)
ON CONFLICT (user_id, device_id) DO UPDATE SET last_seen_at = $3
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
