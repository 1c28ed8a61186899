"""Known devices: the browsers in which a user has logged in before, which guessing elsewhere does not stop."""

from datetime import datetime
from uuid import UUID

from doorstep.devices import queries
from doorstep.kit.database import Connection
from doorstep.kit.entropy import new_id


async def remember(tx: Connection, user_id: UUID, device_id: UUID | None, now: datetime) -> tuple[UUID, bool]:
    """Note in the caller's transaction that this user has just logged in there; a browser without an id gets one.

    The second answer tells whether the owner should hear of it: a new browser beside one that was known.
    """
    known_as = device_id or new_id(now)
    return known_as, await queries.remember(tx, user_id, known_as, now)


async def of_user(connection: Connection, user_id: UUID) -> list[UUID]:
    """The device ids of this user."""
    return await queries.of_user(connection, user_id)


async def forget_of_session(tx: Connection, user_id: UUID, session_id: UUID) -> None:
    """Forget the browser in which that session was started: it was not the owner's."""
    await queries.forget_of_session(tx, user_id, session_id)
