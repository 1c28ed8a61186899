"""What a role may do that serves and owns nothing: the statements that give it just that."""

from collections.abc import Iterator
from dataclasses import dataclass

from doorstep.kit.connecting import Hosts

_SELECT = """
SELECT current_database() AS database, current_schema() AS schema,
       COALESCE((SELECT tableowner FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'users'),
                current_user) AS owner
"""
_READ_ONLY = ("alembic_version", "suitable_servers")
"""Tables that an upgrade writes, and nobody else."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the tables are, and whose they are."""

    database: str
    schema: str
    owner: str


async def place_of(dsn: str) -> Place:
    """Where the tables of this database are. `dsn` is a libpq URL."""
    connection = await Hosts(dsn).connect(statement_cache_size=0)
    try:
        row = await connection.fetchrow(_SELECT)
        if row is None:
            raise RuntimeError("a row of names came back empty")
        return Place(row["database"], row["schema"] or "public", row["owner"])
    finally:
        await connection.close()


def grants(role: str, place: Place) -> Iterator[str]:
    """The statements, for the owner of the tables to run.

    The last but one is for tables that later upgrades make.
    """
    to, owner, schema = _quoted(role), _quoted(place.owner), _quoted(place.schema)
    rights = "SELECT, INSERT, UPDATE, DELETE"
    yield f"GRANT CONNECT ON DATABASE {_quoted(place.database)} TO {to};"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {to};"
    yield f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {to};"
    yield f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT {rights} ON TABLES TO {to};"
    tables = ", ".join(f"{schema}.{table}" for table in _READ_ONLY)
    yield f"REVOKE INSERT, UPDATE, DELETE ON {tables} FROM {to};"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
