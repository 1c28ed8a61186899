"""The audit trail: every change of state is recorded in the transaction that makes it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from doorstep.audit import queries
from doorstep.audit.models import LONGEST_USER_AGENT, Client, Event, EventKind, Outcome, Written
from doorstep.kit.database import Connection, Database
from doorstep.kit.database_clock import told
from doorstep.kit.entropy import new_id

PAGE = 50


class Trail:
    """Reads the audit trail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_user(self, user_id: UUID, before: UUID | None) -> tuple[Event, ...]:
        """Up to `PAGE` events of a user, newest first, older than the event `before`."""
        async with self._database.connection() as connection:
            return await queries.of_user(connection, user_id, before, PAGE)

    async def since(self, after: tuple[datetime, UUID], user_id: UUID | None, limit: int) -> tuple[Written, ...]:
        """Up to `limit` events behind that moment and id, oldest first, of one user or of everybody."""
        async with self._database.connection() as connection:
            return await queries.since(connection, after, user_id, limit)

    async def written_since(
        self, after: tuple[datetime, UUID], user_id: UUID | None, limit: int
    ) -> tuple[Written, ...]:
        """The same in the order in which the database got them, and behind a moment of its clock."""
        async with self._database.connection() as connection:
            return await queries.written_since(connection, after, user_id, limit)

    async def database_time(self) -> datetime:
        """The time by which that is told."""
        async with self._database.connection() as connection:
            return await told(connection)


async def record(
    tx: Connection,
    *,
    kind: EventKind,
    outcome: Outcome,
    client: Client,
    now: datetime,
    user_id: UUID | None = None,
    session_id: UUID | None = None,
    detail: Mapping[str, str | int | bool] | None = None,
) -> None:
    """Write one event in the caller's transaction, so that fact and trail stand or fall together.

    `detail` holds small public facts (a plan's code, a count), never a secret, a password or an e-mail that nobody
    owns: people type passwords into the e-mail field.
    """
    await queries.insert_event(
        tx,
        event(
            kind=kind,
            outcome=outcome,
            client=client,
            now=now,
            user_id=user_id,
            session_id=session_id,
            detail=detail,
        ),
    )


async def forget_person(tx: Connection, user_id: UUID) -> None:
    """Take address, user agent, request id and detail from the events of a user who was just erased.

    What happened, how and when stays until its time: the trail outlives the account, not the person in it.
    """
    await queries.forget_person(tx, user_id)


async def forget_stragglers(tx: Connection, since: datetime) -> int:
    """The same for what was written about users erased since then while they were being erased; how many events."""
    return await queries.forget_stragglers(tx, since, EventKind.USER_ERASED)


def event(
    *,
    kind: EventKind,
    outcome: Outcome,
    client: Client,
    now: datetime,
    user_id: UUID | None = None,
    session_id: UUID | None = None,
    detail: Mapping[str, str | int | bool] | None = None,
) -> Event:
    """One event, for a caller whose statement writes it beside other things; else `record` it."""
    user_agent = client.user_agent[:LONGEST_USER_AGENT] if client.user_agent else None
    return Event(
        id=new_id(now),
        occurred_at=now,
        kind=kind,
        outcome=outcome,
        user_id=user_id,
        session_id=session_id,
        client=Client(client.address, user_agent, client.request_id),
        detail=dict(detail or {}),
    )
