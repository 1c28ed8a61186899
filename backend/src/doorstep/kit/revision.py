"""Which revision of the schema the database has, and which one this copy of Doorstep needs.

Told from file names and one query: the migration library takes a second to load and tens of megabytes to keep, and a
server that has nothing to migrate needs neither.
"""

import re
from importlib.resources import files

from doorstep.kit.database import Connection

_REVISION_FILE = re.compile(r"(\d{4})_\w+\.py")


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
