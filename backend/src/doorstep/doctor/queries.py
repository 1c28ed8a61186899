"""SQL of the doctor: one look at what the database says of itself."""

from datetime import datetime
from typing import Final

from doorstep.doctor.models import DatabaseFacts
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
       COALESCE(NOT inet_client_addr() <<= ANY ('{127.0.0.0/8,::1}'::inet[]), false) AS remote
"""

COUNT_GIVEN_UP: Final = "SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL"

SELECT_NOW: Final = "SELECT clock_timestamp()"


async def facts(connection: Connection, clock: Clock) -> DatabaseFacts:
    """All that is asked of the database. `clock` is this machine's, which the database's is compared with."""
    row = await connection.fetchrow(SELECT_FACTS)
    if row is None:
        raise RuntimeError("a row of settings came back empty")
    before = clock()
    theirs: datetime = await connection.fetchval(SELECT_NOW)
    ours = before + (clock() - before) / 2
    found = await revision_of(connection)
    pid = await connection.fetchval("SELECT pg_backend_pid()")
    return DatabaseFacts(
        **dict(row),
        revision=found.revision,
        suits_us=found.suits(newest_revision()),
        ahead=theirs - ours,
        # A pooler tells a number of its own for the process that serves us.
        pooled=pid != connection.get_server_pid(),
    )


async def mails_given_up(connection: Connection) -> int:
    """How many mails wait for an operator."""
    return int(await connection.fetchval(COUNT_GIVEN_UP))
