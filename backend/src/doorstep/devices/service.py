"""Known devices: the browsers in which a user has logged in before, which guessing elsewhere does not stop."""

from datetime import datetime
from uuid import UUID

from doorstep.devices import queries
from doorstep.kit.database import Connection
from doorstep.kit.entropy import new_id


async def remember(tx: Connection, user_id: UUID, device_id: UUID | None, now: datetime) -> UUID:
    """Note in the caller's transaction that this user has just logged in there; a browser without an id gets one."""
    known = known_as(device_id, now)
    await queries.remember(tx, user_id, known, now)
    return known


def known_as(device_id: UUID | None, now: datetime) -> UUID:
    """The id that a browser is known under from now on: its own, or a new one."""
    return device_id or new_id(now)


async def has_others(tx: Connection, user_id: UUID, device_id: UUID) -> bool:
    """Whether this user is known in any browser but that one."""
    return await queries.has_others(tx, user_id, device_id)


async def of_user(connection: Connection, user_id: UUID) -> list[UUID]:
    """The device ids of this user."""
    return await queries.of_user(connection, user_id)


async def forget_of_session(tx: Connection, user_id: UUID, session_id: UUID) -> None:
    """Forget the browser in which that session was started: it was not the owner's."""
    await queries.forget_of_session(tx, user_id, session_id)


async def trust(tx: Connection, user_id: UUID, device_id: UUID, until: datetime, version: int) -> None:
    """Leave the second factor out in that browser, until then and while the user's credentials are of that version."""
    await queries.trust(tx, user_id, device_id, until, version)


async def distrust(tx: Connection, user_id: UUID) -> int:
    """Ask this user for the second factor in every browser again; in how many it was left out."""
    return await queries.distrust(tx, user_id)


async def count_trusted(connection: Connection, user_id: UUID, now: datetime) -> int:
    """In how many browsers the second factor is left out."""
    return await queries.count_trusted(connection, user_id, now)
