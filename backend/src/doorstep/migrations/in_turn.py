"""Changing tables while servers of the version before are at work on them.

A change of a table waits until nobody uses it, and whoever comes meanwhile waits behind it: so nothing here waits for
long, and nothing waits for one table while it holds another (which is how two end up waiting for each other).
"""

from collections.abc import Iterable
from typing import Final

from alembic import op
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

_LONGEST_WAIT: Final = "200ms"
"""For a table. Far less than PostgreSQL's `deadlock_timeout`, after which it would end somebody's statement."""
_PAUSE: Final = "SELECT pg_sleep(0.3)"
_LOCK_NOT_AVAILABLE: Final = "55P03"
_IS_VALID: Final = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"


def change(statements: Iterable[str]) -> None:
    """Run these one by one, each committed by itself. One that finds its table in use lets others go first."""
    with op.get_context().autocommit_block():
        op.execute(f"SET lock_timeout = '{_LONGEST_WAIT}'")
        for statement in statements:
            while not _done(statement):
                op.execute(_PAUSE)
        op.execute("SET lock_timeout = 0")


def make_index(name: str, definition: str, *, unique: bool = False) -> None:
    """Make the index beside writers, unless it is there. One whose making was interrupted is made again.

    CONCURRENTLY: one at a time and outside of a transaction, as PostgreSQL asks.
    """
    is_valid = op.get_bind().execute(text(_IS_VALID), {"name": name}).scalar()
    if is_valid is False:
        op.execute(f"DROP INDEX CONCURRENTLY {name}")
    if not is_valid:
        op.execute(f"CREATE {'UNIQUE ' if unique else ''}INDEX CONCURRENTLY {name} {definition}")


def _done(statement: str) -> bool:
    """Whether it had its table in time."""
    try:
        op.execute(statement)
    except DBAPIError as refused:
        if getattr(refused.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True
