"""SQL of what lets a user in besides the second factors themselves."""

from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection

OTHER_WAYS: Final = """
SELECT u.password_hash IS NOT NULL AS has_password,
       (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id) AS passkeys
FROM users u WHERE u.id = $1
"""


async def other_ways(connection: Connection, user_id: UUID) -> tuple[bool, int]:
    """Whether this user has a password, and how many passkeys."""
    row = await connection.fetchrow(OTHER_WAYS, user_id)
    return (row["has_password"], row["passkeys"]) if row else (False, 0)
