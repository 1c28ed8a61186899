"""SQL of forgotten passwords."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.audit.models import Client
from doorstep.kit.database import Connection
from doorstep.recovery.models import Request

INSERT_REQUEST: Final = """
INSERT INTO recovery_requests (id, email_key, address, user_agent, request_id, created_at)
VALUES ($1, $2, $3::text::inet, $4, $5, $6)
"""

# Taken and removed in the transaction that writes the mail: one worker does it, and once.
TAKE_REQUEST: Final = """
DELETE FROM recovery_requests WHERE id = (
    SELECT id FROM recovery_requests ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, email_key, host(address) AS address, user_agent, request_id
"""


async def insert_request(
    connection: Connection, request_id: UUID, email_key: str, client: Client, user_agent: str | None, now: datetime
) -> None:
    """Note a request; whose it is, is looked up later."""
    await connection.execute(INSERT_REQUEST, request_id, email_key, client.address, user_agent, client.request_id, now)


async def take_request(tx: Connection) -> Request | None:
    """The oldest request that nobody has in hand; gone with this transaction."""
    row = await tx.fetchrow(TAKE_REQUEST)
    if row is None:
        return None
    return Request(row["id"], row["email_key"], Client(row["address"], row["user_agent"], row["request_id"]))
