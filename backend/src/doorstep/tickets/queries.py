"""SQL of log-in tickets."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection, Record
from doorstep.tickets.models import FirstStep, Ticket

INSERT: Final = """
INSERT INTO login_tickets (id, token_hash, user_id, credential_version, remember, device_id, known_device, charged,
                           created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

# Nothing is tried by it.
PEEK: Final = """
SELECT id, user_id, credential_version, remember, device_id, known_device, charged, tries
FROM login_tickets WHERE token_hash = $1 AND expires_at > $2 AND tries < $3
"""

# The try is charged before it is known what comes of it.
CHARGE: Final = """
UPDATE login_tickets SET tries = tries + 1
WHERE token_hash = $1 AND expires_at > $2 AND tries < $3
RETURNING id, user_id, credential_version, remember, device_id, known_device, charged, tries
"""

# Of two that come with the same ticket at once, the second finds none.
TAKE: Final = "DELETE FROM login_tickets WHERE id = $1 RETURNING id"


async def insert(
    tx: Connection, ticket_id: UUID, token_hash: bytes, first: FirstStep, now: datetime, expires_at: datetime
) -> None:
    """Add a ticket."""
    await tx.execute(
        INSERT,
        ticket_id,
        token_hash,
        first.user_id,
        first.credential_version,
        first.remember,
        first.device_id,
        first.known_device,
        first.charged,
        now,
        expires_at,
    )


async def peek(connection: Connection, token_hash: bytes, now: datetime, most: int) -> Ticket | None:
    """The ticket, no try charged; None when it is not good any more."""
    return _ticket(await connection.fetchrow(PEEK, token_hash, now, most))


async def charge(connection: Connection, token_hash: bytes, now: datetime, most: int) -> Ticket | None:
    """The ticket, one try charged; None when it is not good any more."""
    return _ticket(await connection.fetchrow(CHARGE, token_hash, now, most))


def _ticket(row: Record | None) -> Ticket | None:
    if row is None:
        return None
    first = FirstStep(
        user_id=row["user_id"],
        credential_version=row["credential_version"],
        remember=row["remember"],
        device_id=row["device_id"],
        known_device=row["known_device"],
        charged=row["charged"],
    )
    return Ticket(row["id"], first, row["tries"])


async def take(tx: Connection, ticket_id: UUID) -> bool:
    """Use it up; False when somebody did."""
    return await tx.fetchval(TAKE, ticket_id) is not None
