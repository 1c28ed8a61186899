"""SQL of the audit trail. Rows are only ever added, and lose the person who is gone; the database refuses the rest."""

import json
from datetime import datetime
from typing import Final
from uuid import UUID

from doorstep.audit.models import Client, Event, Outcome, Written
from doorstep.kit.database import Connection, Record, plan_for_arguments

INSERT_EVENT: Final = """
INSERT INTO audit_events
    (id, occurred_at, kind, outcome, user_id, session_id, address, user_agent, request_id, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::inet, $8, $9, $10::text::jsonb)
"""

# One page, newest first; the next page begins behind the last row of this one.
SELECT_OF_USER: Final = """
SELECT id, occurred_at, kind, outcome, user_id, session_id, host(address) AS address, user_agent, request_id,
       detail::text
FROM audit_events
WHERE user_id = $1 AND ($2::uuid IS NULL OR (occurred_at, id) < (
    SELECT occurred_at, id FROM audit_events WHERE id = $2 AND user_id = $1))
ORDER BY occurred_at DESC, id DESC
LIMIT $3
"""

# For operators: oldest first, from a moment (or behind an event) on, of everybody or of one user.
SELECT_SINCE: Final = """
SELECT id, occurred_at, kind, outcome, user_id, session_id, host(address) AS address, user_agent, request_id,
       detail::text, written_at
FROM audit_events
WHERE (occurred_at, id) > ($1, $2::uuid) AND ($3::uuid IS NULL OR user_id = $3)
ORDER BY occurred_at, id
LIMIT $4
"""

# For who follows the trail: in the order in which the database got them, whatever the clocks of the servers say.
SELECT_WRITTEN_SINCE: Final = """
SELECT id, occurred_at, kind, outcome, user_id, session_id, host(address) AS address, user_agent, request_id,
       detail::text, written_at
FROM audit_events
WHERE (written_at, id) > ($1, $2::uuid) AND ($3::uuid IS NULL OR user_id = $3)
ORDER BY written_at, id
LIMIT $4
"""

LONGEST_FORGETTING: Final = 600.0
"""Seconds for all events of one user who is gone: nobody waits for it."""

# Which operator acted stays: it says nothing about the user.
FORGET_PERSON: Final = """
UPDATE audit_events
SET address = NULL, request_id = NULL, detail = '{}',
    user_agent = CASE WHEN request_id IS NULL AND address IS NULL AND user_agent LIKE 'doorstep command line%'
                      THEN user_agent END
WHERE user_id = $1
"""

# What was under way while somebody was erased may have written about them just afterwards.
FORGET_STRAGGLERS: Final = """
UPDATE audit_events SET address = NULL, user_agent = NULL, request_id = NULL, detail = '{}'
WHERE occurred_at > $1 AND user_id IN (
    SELECT DISTINCT user_id FROM audit_events WHERE occurred_at > $1 AND kind = $2
) AND (address IS NOT NULL OR request_id IS NOT NULL OR user_agent NOT LIKE 'doorstep command line%')
"""


def _event(row: Record) -> Event:
    return Event(
        id=row["id"],
        occurred_at=row["occurred_at"],
        kind=row["kind"],
        outcome=Outcome(row["outcome"]),
        user_id=row["user_id"],
        session_id=row["session_id"],
        client=Client(row["address"], row["user_agent"], row["request_id"]),
        detail=json.loads(row["detail"]),
    )


def _written(row: Record) -> Written:
    return Written(_event(row), row["written_at"])


async def insert_event(connection: Connection, event: Event) -> None:
    """Add one event."""
    await connection.execute(
        INSERT_EVENT,
        event.id,
        event.occurred_at,
        event.kind,
        event.outcome,
        event.user_id,
        event.session_id,
        event.client.address,
        event.client.user_agent,
        event.client.request_id,
        json.dumps(event.detail),
    )


async def of_user(connection: Connection, user_id: UUID, before: UUID | None, limit: int) -> tuple[Event, ...]:
    """Events of a user, newest first, older than the event `before`; none when that is not the user's."""
    return tuple(_event(row) for row in await connection.fetch(SELECT_OF_USER, user_id, before, limit))


async def since(
    connection: Connection, after: tuple[datetime, UUID], user_id: UUID | None, limit: int
) -> tuple[Written, ...]:
    """Events behind that moment and id, oldest first; of one user where one is given."""
    return tuple(_written(row) for row in await connection.fetch(SELECT_SINCE, *after, user_id, limit))


async def written_since(
    connection: Connection, after: tuple[datetime, UUID], user_id: UUID | None, limit: int
) -> tuple[Written, ...]:
    """Events that were written behind that moment and id, in that order; of one user where one is given."""
    return tuple(_written(row) for row in await connection.fetch(SELECT_WRITTEN_SINCE, *after, user_id, limit))


async def forget_person(tx: Connection, user_id: UUID) -> None:
    """Take what says something about a person from the events of a user who is gone."""
    await tx.execute(FORGET_PERSON, user_id, timeout=LONGEST_FORGETTING)


async def forget_stragglers(tx: Connection, since: datetime, erased: str) -> int:
    """The same for events that came after the one of kind `erased`, since then; how many there were."""
    await plan_for_arguments(tx)
    done = await tx.execute(FORGET_STRAGGLERS, since, erased)
    return int(done.rpartition(" ")[2])
