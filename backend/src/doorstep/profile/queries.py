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
                              address_changed_at, address_changed_in, name_changed_at, name_changed_in, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $10 THEN $12::timestamptz END, CASE WHEN $10 THEN $11::uuid END,
        CASE WHEN $13 THEN $12::timestamptz END, CASE WHEN $13 THEN $11::uuid END, $12::timestamptz)
ON CONFLICT (user_id) DO UPDATE SET
    name = excluded.name, recipient = excluded.recipient, line1 = excluded.line1, line2 = excluded.line2,
    postal_code = excluded.postal_code, city = excluded.city, region = excluded.region, country = excluded.country,
    address_changed_at = coalesce(excluded.address_changed_at, held.address_changed_at),
    address_changed_in = coalesce(excluded.address_changed_in, held.address_changed_in),
    name_changed_at = coalesce(excluded.name_changed_at, held.name_changed_at),
    name_changed_in = coalesce(excluded.name_changed_in, held.name_changed_in),
    updated_at = excluded.updated_at
"""


async def of_user(connection: Connection, user_id: UUID) -> Profile:
    """The profile; an empty one where nothing was told yet."""
    row = await connection.fetchrow(SELECT, user_id)
    if row is None:
        return Profile()
    name, *address = row.values()
    return Profile(name, ShippingAddress(*address) if any(address) else None)


async def save(
    tx: Connection,
    user_id: UUID,
    profile: Profile,
    session_id: UUID,
    now: datetime,
    *,
    is_new_address: bool,
    is_new_name: bool,
) -> None:
    """Keep it. Of a new address or name also when and in which session it came."""
    at = profile.shipping_address or ShippingAddress("", "", "", "", "", "", "")
    address = (at.recipient, at.line1, at.line2, at.postal_code, at.city, at.region, at.country)
    await tx.execute(UPSERT, user_id, profile.name, *address, is_new_address, session_id, now, is_new_name)
