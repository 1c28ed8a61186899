"""SQL of the doctor: one look at what the database says of itself."""

from datetime import datetime
from typing import Final

from doorstep.doctor.models import DatabaseFacts, OutboxFacts
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection
from doorstep.kit.revision import newest_revision, revision_of

# The trail's guards run on UPDATE, DELETE and TRUNCATE, for every row or statement, and are enabled ('D' is disabled).
SELECT_FACTS: Final = """
SELECT current_setting('server_version_num')::int AS version,
       (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()) AS encoding,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('max_connections')::int AS max_connections,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
       COALESCE((SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class
                 WHERE oid = to_regclass('audit_events')), false) AS owns_trail,
       (SELECT count(*) FROM pg_trigger
        WHERE tgrelid = to_regclass('audit_events') AND tgenabled IN ('O', 'A')
          AND tgname IN ('audit_events_append_only', 'audit_events_not_emptied')) AS trail_guards,
       to_regclass('outbox') IS NOT NULL AS has_outbox,
       COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted,
       COALESCE(NOT inet_client_addr() <<= ANY ('{127.0.0.0/8,::1}'::inet[]), false) AS remote,
       current_database()::text AS name
"""

# The database's own order, and those of columns that name another one. Without a version there is nothing to change.
SELECT_OUTGROWN: Final = """
SELECT 'the database' AS collation FROM pg_database
WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid)
UNION
SELECT collname::text FROM pg_collation
WHERE collversion <> pg_collation_actual_version(oid)
  AND oid IN (SELECT attcollation FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
              WHERE relnamespace = 'public'::regnamespace AND attnum > 0)
ORDER BY 1
"""

COUNT_CLASHES: Final = """
SELECT count(*) FROM users WHERE email_key_form <> 2 AND octet_length(email) <> length(email) AND email_key_form = 3
"""

# A mail that is in hand (leased_until) has begun a try that did not fail yet.
SELECT_OUTBOX: Final = """
WITH failing AS (
    SELECT created_at, last_error FROM outbox
    WHERE sent_at IS NULL AND dead_at IS NULL AND last_error IS NOT NULL
      AND attempts - (leased_until IS NOT NULL)::int >= $1
)
SELECT (SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL) AS given_up,
       (SELECT count(*) FROM failing) AS failing,
       (SELECT min(created_at) FROM failing) AS failing_since,
       (SELECT last_error FROM failing ORDER BY created_at LIMIT 1) AS reason
"""

# As subscriptions are counted: until they end.
COUNT_BY_PLAN: Final = """
SELECT plan_code, count(*) AS subscriptions FROM subscriptions WHERE ends_at IS NULL OR ends_at > $1 GROUP BY plan_code
"""

SELECT_NOW: Final = "SELECT clock_timestamp()"


async def facts(connection: Connection, clock: Clock) -> DatabaseFacts:
    """All that is asked of the database. `clock` is this machine's, which the database's is compared with."""
    row = await connection.fetchrow(SELECT_FACTS)
    if row is None:
        raise RuntimeError("a row of settings came back empty")
    before = clock()
    theirs: datetime = await connection.fetchval(SELECT_NOW)
    ours = before + (clock() - before) / 2
    outgrown = tuple(each["collation"] for each in await connection.fetch(SELECT_OUTGROWN))
    found = await revision_of(connection)
    pid = await connection.fetchval("SELECT pg_backend_pid()")
    return DatabaseFacts(
        **dict(row),
        revision=found.revision,
        suits_us=found.suits(newest_revision()),
        ahead=theirs - ours,
        # A pooler tells a number of its own for the process that serves us.
        pooled=pid != connection.get_server_pid(),
        outgrown_collations=outgrown,
    )


async def subscriptions_by_plan(connection: Connection, now: datetime) -> dict[str, int]:
    """How many subscriptions go on, by the code of their plan."""
    return {row["plan_code"]: row["subscriptions"] for row in await connection.fetch(COUNT_BY_PLAN, now)}


async def clashes(connection: Connection) -> int:
    """How many users share a mailbox with another user."""
    return int(await connection.fetchval(COUNT_CLASHES))


async def outbox(connection: Connection, failures: int) -> OutboxFacts:
    """The mails that wait for an operator: given up, or waiting after so many failures."""
    row = await connection.fetchrow(SELECT_OUTBOX, failures)
    if row is None:
        raise RuntimeError("a row of counts came back empty")
    return OutboxFacts(**dict(row))
