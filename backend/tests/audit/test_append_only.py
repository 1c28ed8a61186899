"""The trail can only grow: the database itself refuses the rest."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from doorstep.audit.models import EventKind, Outcome
from doorstep.audit.service import record
from tests.world import PHONE, World


@pytest.mark.asvs("v5.0.0-16.4.2")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET outcome = 'success'",
        "UPDATE audit_events SET occurred_at = occurred_at - interval '100 days'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
    ],
)
async def test_events_are_neither_changed_nor_removed(world: World, statement: str) -> None:
    now = datetime.now(UTC)
    async with world.database.transaction() as tx:
        await record(tx, kind=EventKind.LOGIN, outcome=Outcome.REFUSED, client=PHONE, now=now)
    async with world.database.connection() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append only"):
            await connection.execute(statement)
    assert ("login", "refused") in await world.events()


async def test_what_is_older_than_ninety_days_may_be_purged(world: World) -> None:
    now = datetime.now(UTC)
    async with world.database.transaction() as tx:
        for days in (91, 89):
            then = now - timedelta(days=days)
            await record(tx, kind=EventKind.LOGIN, outcome=Outcome.REFUSED, client=PHONE, now=then)
    async with world.database.connection() as connection:
        await connection.execute("DELETE FROM audit_events WHERE occurred_at < now() - interval '90 days'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM audit_events WHERE kind = 'login'")
    assert await world.events("login") == [("login", "refused")]


@pytest.mark.asvs("v5.0.0-16.4.2")
async def test_when_it_was_written_stays_even_where_the_person_is_forgotten(world: World) -> None:
    gone, now = uuid4(), world.clock.now
    async with world.database.transaction() as tx:
        await record(tx, kind=EventKind.LOGIN, outcome=Outcome.REFUSED, client=PHONE, now=now, user_id=gone)
    forgets = "UPDATE audit_events SET address = NULL, user_agent = NULL, request_id = NULL, detail = '{}'"
    async with world.database.connection() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append only"):
            await connection.execute(f"{forgets}, written_at = now() - interval '1 second' WHERE user_id = $1", gone)
        assert await connection.execute(f"{forgets} WHERE user_id = $1", gone) == "UPDATE 1"
