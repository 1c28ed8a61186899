"""Known devices: the browsers in which a user has logged in before, which guessing elsewhere does not stop."""

from datetime import datetime
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.devices import queries
from doorstep.kit.database import Connection
from doorstep.kit.entropy import new_id

MOST_LISTED = 1000
"""As many as the setting `sessions.most_known_browsers` may allow."""


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
    """The device ids of this user, at most `MOST_LISTED`."""
    return await queries.of_user(connection, user_id, MOST_LISTED)


async def forget_all(tx: Connection, user_id: UUID, *, but: UUID | None = None) -> None:
    """Know this user in no browser any more but that one, in the caller's transaction, which holds the user."""
    await queries.forget_all(tx, user_id, but=but)


async def was_seen(connection: Connection, user_id: UUID, device_id: UUID | None) -> bool:
    """Whether this user has ever been known in this browser, forgotten since or not."""
    return device_id is not None and await queries.was_seen(connection, user_id, device_id)


async def forget_excess(
    tx: Connection, user_id: UUID, device_id: UUID, most: int, client: Client, now: datetime
) -> None:
    """Forget what is past `most` browsers, but not the one that was just seen; the trail tells how many."""
    forgotten = await queries.forget_excess(tx, user_id, device_id, now, most)
    if forgotten:
        await audit.record(
            tx,
            kind=EventKind.DEVICE_DISPLACED,
            outcome=Outcome.SUCCESS,
            client=client,
            now=now,
            user_id=user_id,
            detail={"browsers": forgotten},
        )


async def was_known(
    connection: Connection, user_id: UUID, device_id: UUID | None, moment: datetime, session_id: UUID | None
) -> bool:
    """Whether the user was known in this browser at that moment, forgotten since or not.

    The browser of `session_id` never was: it is the one that the user reported.
    """
    return device_id is not None and await queries.was_known(connection, user_id, device_id, moment, session_id)


async def trust(
    tx: Connection, user_id: UUID, device_id: UUID, until: datetime, version: int, former: UUID | None
) -> None:
    """Leave the second factor out in that browser, until then and while the user's credentials are of that version.

    `former` is the id that the browser had until now.
    """
    await queries.trust(tx, user_id, device_id, until, version, former)


async def distrust(tx: Connection, user_id: UUID) -> int:
    """Ask this user for the second factor in every browser again; in how many it was left out."""
    return await queries.distrust(tx, user_id)


async def count_trusted(connection: Connection, user_id: UUID, now: datetime) -> int:
    """In how many browsers the second factor is left out."""
    return await queries.count_trusted(connection, user_id, now)
