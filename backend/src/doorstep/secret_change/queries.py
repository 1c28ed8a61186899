"""SQL of a change of the master secret."""

from datetime import datetime
from typing import Final

from doorstep.kit.database import Connection

# Each use of a session makes its tokens anew, so what was not used since then has one from before.
COUNT_SESSIONS_UNUSED_SINCE: Final = """
SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id AND u.session_epoch = s.epoch
WHERE s.rotated_at < $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND s.idle_expires_at > $2
  AND u.status = 'active'
"""


async def sessions_unused_since(connection: Connection, moment: datetime, now: datetime) -> int:
    """How many live sessions were last refreshed before that moment."""
    return int(await connection.fetchval(COUNT_SESSIONS_UNUSED_SINCE, moment, now))
