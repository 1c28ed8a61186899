"""What an upgrade promises to those who are at work meanwhile: which servers go on, and the roles that they come as.

Each migration says in `compatible_from` which is the oldest revision whose servers work with the tables while it runs
and afterwards. `/readyz` of the servers before goes by it. One that says nothing suits only those of its own revision.
"""

from typing import Final

from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

_IS_THERE: Final = text("SELECT to_regclass('suitable_servers') IS NOT NULL")
_ANNOUNCE: Final = text("UPDATE suitable_servers SET from_revision = :revision WHERE from_revision < :revision")

# A role that serves has rights on `users`; on a table that it has none on, it gets the same ones. What an operator took
# away from one that it had is left as it is, unless all of it was.
_SHARE: Final = text("""
DO $$
DECLARE
    lacking record;
BEGIN
    FOR lacking IN
        SELECT pg_get_userbyid(held.grantee) AS role, made.oid::regclass::text AS name,
               string_agg(held.privilege_type, ', ') AS privileges
        FROM pg_class shared CROSS JOIN LATERAL aclexplode(shared.relacl) AS held
        JOIN pg_class made ON made.relnamespace = shared.relnamespace AND made.relkind = 'r'
        WHERE shared.oid = to_regclass('users') AND held.grantee NOT IN (0, shared.relowner)
          AND held.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') AND made.relowner = shared.relowner
          AND NOT EXISTS (SELECT FROM aclexplode(made.relacl) AS own WHERE own.grantee = held.grantee)
        GROUP BY held.grantee, made.oid
    LOOP
        EXECUTE format('GRANT %s ON %s TO %I', lacking.privileges, lacking.name, lacking.role);
    END LOOP;
END $$
""")


def missing(connection: Connection, scripts: ScriptDirectory) -> list[Script]:
    """The migrations that have not run yet, newest first."""
    current = MigrationContext.configure(connection).get_current_revision()
    found = list(scripts.iterate_revisions("head", current or "base"))
    connection.commit()
    return found


def announce(connection: Connection, missing: list[Script]) -> None:
    """Tell all servers which of them go on; nothing in a database that has no place for it yet."""
    oldest = max((suits_from(each) for each in missing), default=None)
    if oldest is not None and connection.execute(_IS_THERE).scalar():
        connection.execute(_ANNOUNCE, {"revision": oldest})
    connection.commit()


def suits_from(migration: Script) -> str:
    """The oldest revision whose servers go on with this migration."""
    return str(getattr(migration.module, "compatible_from", migration.revision))


def share_new_tables(connection: Connection) -> None:
    """Give the roles that serve their rights on tables that were made since."""
    connection.execute(_SHARE)
