"""No statement of ours reads a table that grows from one end to the other.

PostgreSQL itself is asked, over tables with rows in them and with the statistics that it takes of them: with
`enable_seqscan` off it would say what it could do, not what it does. The plans are the generic ones, as a statement has
that the server prepares once and executes often. Where it has a plan made for each execution, since a generic one
cannot know how few rows a range or a batch has, the arguments are real ones.
"""

import importlib
import json
import pkgutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

import asyncpg
import pytest

import doorstep
from doorstep.settings import Settings
from doorstep.upkeep import policy
from doorstep.upkeep import queries as upkeep
from tests.plans import rows

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

READS_WHOLE: Final = {
    "mail.COUNT_DEAD": "an operator asks how many mails were given up",
    "mail.COUNT_SEALED": "an operator changes the master secret",
    "totp.COUNT_SEALED": "an operator changes the master secret",
    "secret_change.COUNT_SESSIONS_UNUSED_SINCE": "an operator asks how far a change of the master secret is",
    "mail.SEALED_AFTER": "an operator changes the master secret, batch after batch from where the last one ended",
    "totp.SEALED_AFTER": "the same",
    "recovery_codes.SELECT_KEYS": "a row for each change of the master secret, and all are tried",
    "recovery_codes.SELECT_KEPT_AT": "a row for each change of the master secret",
    "recovery_codes.SEAL_KEY_ANEW": "a row for each change of the master secret",
    "doctor.SELECT_OUTBOX": "an operator asks whether all is well",
    "doctor.COUNT_BY_PLAN": "an operator asks whether all is well",
    "mail.SELECT_STATUS": "an operator asks for the list of mails",
    "mail.REVIVE": "an operator sends again what was given up",
    "users.ANY_USER": "stops at the first row that it sees",
    "audit.SELECT_SINCE": "an operator reads the trail page by page, each page from where the last one ended",
    "audit.SELECT_WRITTEN_SINCE": "an operator follows the trail, each time from where the last look ended",
    "sessions.REVOKE_EVERYBODY": "an operator ends every live session",
    "mail.TAKE_DUE": "takes the first of a queue, which are the first entries of its index",
    "recovery.TAKE_REQUEST": "takes the first of a queue, too",
    "users.TAKE_TO_ERASE": "takes the first of a queue, too",
    "totp.SELECT_TO_REMOVE": "takes the first of a queue, too",
    "attempts.GIVE_BACK_LEFT": "open attempts are gone within seconds; here it is as if a third of many were left",
    "leaving.RECOVERY_REQUESTS": "a queue that is empty within a second, asked when somebody is erased",
    "addresses.SELECT_OTHERS": "a small index: who is not found by the mailbox's key",
    "addresses.SELECT_SHARING": "the same",
    "doctor.COUNT_CLASHES": "the same",
    "addresses.SET_REQUESTS": "a queue that is empty within a second, asked once for a key that is renewed",
    "addresses.SELECT_HELD": "addresses given up within seven days",
    "imports.REHEARSE": "a temporary table of one import, which is not there now",
}
"""What may, and why."""

_BATCH: Final = 10
"""To the rows of these tests what the purge's batch is to a large table."""
_VERBS: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"})
_BY_INDEX: Final = frozenset({"Index Scan", "Index Only Scan", "Bitmap Index Scan"})
_UNCOVERED_REFERENCES: Final = """
SELECT conrelid::regclass::text || ': ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND NOT EXISTS (
    SELECT FROM pg_index
    WHERE indrelid = conrelid AND indpred IS NULL AND (indkey::int2[])[0:cardinality(conkey) - 1] = conkey
)
"""


def statements() -> Iterator[tuple[str, str]]:
    """The name and text of every statement in a `queries` room."""
    for feature in pkgutil.iter_modules(doorstep.__path__):
        rooms = {room.name for room in pkgutil.iter_modules([f"{doorstep.__path__[0]}/{feature.name}"])}
        if "queries" in rooms:
            for name, text in vars(importlib.import_module(f"doorstep.{feature.name}.queries")).items():
                if name[0] != "_" and name.isupper() and isinstance(text, str) and text.split()[0] in _VERBS:
                    yield f"{feature.name}.{name}", text


def with_arguments() -> dict[str, tuple[object, ...]]:
    """Statements that PostgreSQL plans for their arguments, by text: those of the purge, and one that is alike."""
    now, throttle = datetime.now(UTC), Settings().throttle
    horizons = policy.horizons(
        now,
        forget_after=throttle.forget_after,
        network_window=throttle.network_window,
        lock_after=throttle.lock_after,
        audit_retention=Settings().audit_retention,
    )
    purges = {text: (*arguments[:-1], _BATCH) for text, arguments in upkeep.purges(horizons).values()}
    stragglers = dict(statements())["audit.FORGET_STRAGGLERS"]
    return purges | {stragglers: (now - timedelta(minutes=30), "user_erased")}


async def plan_of(connection: Connection, text: str, arguments: tuple[object, ...] | None) -> dict[str, Any]:
    """How PostgreSQL would go about it; without arguments, whatever they are."""
    if arguments is not None:
        told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {text}", *arguments)
    else:
        await connection.execute(f"PREPARE asked AS {text}")
        count = await connection.fetchval(
            "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'asked'"
        )
        nulls = f"({', '.join(['NULL'] * count)})" if count else ""
        told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{nulls}")
        await connection.execute("DEALLOCATE asked")
    plan: dict[str, Any] = json.loads(told)[0]["Plan"]
    return plan


def read_whole(plan: dict[str, Any], *, ranges: bool) -> Iterator[str]:
    """What this plan reads whole: a table row by row, or an index from its first entry to its last.

    A range of an index is as much, unless the arguments say how short it is (`ranges`).
    """
    table = plan.get("Relation Name", "")
    if plan["Node Type"] == "Seq Scan" and not table.startswith("pg_") and table not in rows.NEVER_MANY:
        yield f"Seq Scan of {table}"
    if plan["Node Type"] in _BY_INDEX:
        condition = plan.get("Index Cond", "")
        if not condition or (not ranges and " = " not in condition):
            yield f"{plan['Node Type']} of {plan['Index Name']} {condition}"
    for below in plan.get("Plans", ()):
        yield from read_whole(below, ranges=ranges)


async def found(connection: Connection) -> dict[str, list[str]]:
    """By statement: what it reads whole."""
    arguments = with_arguments()
    seen = {}
    for name, text in statements():
        if name not in READS_WHOLE:
            walks = list(read_whole(await plan_of(connection, text, arguments.get(text)), ranges=text in arguments))
            if walks:
                seen[name] = walks
    return seen


@pytest.fixture
async def planner(full: str) -> AsyncIterator[Connection]:
    """A connection to a database whose tables have rows, on which statements are planned once."""
    connection = await asyncpg.connect(full)
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    yield connection
    await connection.close()


@pytest.mark.asvs("v5.0.0-15.2.2")
async def test_every_statement_finds_its_rows_by_an_index(planner: Connection) -> None:
    names = [name for name, _ in statements()]
    assert len(names) > 100
    assert set(READS_WHOLE) <= set(names)
    assert await found(planner) == {}
    # Deleting what is referred to looks for those who refer to it.
    assert await planner.fetch(_UNCOVERED_REFERENCES) == []
    tables = await planner.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    assert {row["relname"] for row in tables} == rows.filled() | rows.NEVER_MANY

    # The look would see it.
    indexes = "sessions_of_user, sessions_unrevoked, throttle_by_touch, one_time_tokens_of_session"
    await planner.execute(f"DROP INDEX {indexes}")
    missed = await found(planner)
    assert {"sessions.SELECT_LIVE_OF_USER", "sessions.COUNT_LIVE", "upkeep.THROTTLE"} <= set(missed)
    assert len(await planner.fetch(_UNCOVERED_REFERENCES)) == 2
