"""Which revision of the schema the database has, and which one this copy of Doorstep needs.

Told from file names and one query: the migration library takes a second to load and tens of megabytes to keep, and a
server that has nothing to migrate needs neither.
"""

import re
from dataclasses import dataclass
from importlib.resources import files

from doorstep.kit.database import Connection

_REVISION_FILE = re.compile(r"(\d{4})_\w+\.py")


@dataclass(frozen=True, slots=True)
class Revision:
    """The revision that a database is at, None when it is empty, and the oldest whose servers its tables still suit."""

    revision: str | None
    suits_from: str | None = None

    def suits(self, needed: str) -> bool:
        """Whether a server that was written for revision `needed` works with these tables."""
        if self.revision is None or self.revision < needed:
            return False
        return self.revision == needed or (self.suits_from is not None and self.suits_from <= needed)


def newest_revision() -> str:
    """The revision that this copy of Doorstep needs."""
    names = (entry.name for entry in files("doorstep").joinpath("migrations", "versions").iterdir())
    revisions = [match[1] for name in names if (match := _REVISION_FILE.fullmatch(name))]
    if not revisions:
        raise RuntimeError("this copy of Doorstep has no migrations; install it again")
    return max(revisions)


async def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None when no migration has run."""
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return revision


async def revision_of(connection: Connection) -> Revision:
    """The revision of the database, and which servers go on with it: what its newest migration promised."""
    revision = await current_revision(connection)
    if revision is None or await connection.fetchval("SELECT to_regclass('suitable_servers')") is None:
        return Revision(revision)
    return Revision(revision, await connection.fetchval("SELECT from_revision FROM suitable_servers"))
