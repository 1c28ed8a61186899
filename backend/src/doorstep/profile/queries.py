"""SQL of profiles. Whoever writes one holds the user's row, so that changes happen one after the other."""

from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.kit.database import Connection
from doorstep.profile.models import Profile, ShippingAddress

SELECT: Final = """
SELECT name, recipient, line1, line2, postal_code, city, region, country FROM profiles WHERE user_id = $1
"""

# Where the address stays, so does what is known of its change.
UPSERT: Final = """
INSERT INTO profiles AS held (user_id, name, recipient, line1, line2, postal_code, city, region, country,
                              address_changed_at, address_changed_in, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $10 THEN $12::timestamptz END, CASE WHEN $10 THEN $11::uuid END,
        $12::timestamptz)
ON CONFLICT (user_id) DO UPDATE SET
    name = excluded.name, recipient = excluded.recipient, line1 = excluded.line1, line2 = excluded.line2,
    postal_code = excluded.postal_code, city = excluded.city, region = excluded.region, country = excluded.country,
    address_changed_at = coalesce(excluded.address_changed_at, held.address_changed_at),
    address_changed_in = coalesce(excluded.address_changed_in, held.address_changed_in),
    updated_at = excluded.updated_at
"""

_EMPTY: Final = """
UPDATE profiles SET recipient = '', line1 = '', line2 = '', postal_code = '', city = '', region = '', country = '',
                    address_changed_at = $3, address_changed_in = NULL, updated_at = $3
WHERE user_id = $1 AND recipient <> '' AND
"""
EMPTY_OF_SESSION: Final = f"{_EMPTY} address_changed_in = $2 RETURNING user_id"
EMPTY_SINCE: Final = f"{_EMPTY} address_changed_at >= $2 RETURNING user_id"


async def of_user(connection: Connection, user_id: UUID) -> Profile:
    """The profile; an empty one where nothing was told yet."""
    row = await connection.fetchrow(SELECT, user_id)
    if row is None:
        return Profile()
    name, *address = row.values()
    return Profile(name, ShippingAddress(*address) if any(address) else None)


async def save(
    tx: Connection, user_id: UUID, profile: Profile, session_id: UUID, now: datetime, *, is_new_address: bool
) -> None:
    """Keep it. Of a new address also when and in which session it came."""
    at = profile.shipping_address or ShippingAddress("", "", "", "", "", "", "")
    address = (at.recipient, at.line1, at.line2, at.postal_code, at.city, at.region, at.country)
    await tx.execute(UPSERT, user_id, profile.name, *address, is_new_address, session_id, now)


async def empty_of_session(tx: Connection, user_id: UUID, session_id: UUID, now: datetime) -> bool:
    """Forget the address that came in this session; False when it came otherwise, or there is none."""
    return await tx.fetchval(EMPTY_OF_SESSION, user_id, session_id, now) is not None


async def empty_since(tx: Connection, user_id: UUID, moment: datetime, now: datetime) -> bool:
    """Forget the address that came since then; False when it is older, or there is none."""
    return await tx.fetchval(EMPTY_SINCE, user_id, moment, now) is not None
