"""The first look at the database: does it answer, let us in, and have our tables? One sentence where it does not."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg

from doorstep.kit.revision import current_revision
from doorstep.kit.startup import StartupRefused

_PATIENCE = 5.0
_OLDEST = 15
_SHAPE = "postgresql://user:password@host:5432/database"


@dataclass(frozen=True, slots=True)
class Found:
    """The revision that the database is at; None when it is empty."""

    revision: str | None


def look(dsn: str) -> Found:
    """Connect once and look. `dsn` is a libpq URL. Raises StartupRefused."""
    return asyncio.run(_look(dsn))


async def _look(dsn: str) -> Found:
    try:
        # Nothing is prepared: a pooler in between may give each transaction another connection.
        connection = await asyncpg.connect(dsn, timeout=_PATIENCE, statement_cache_size=0)
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidPasswordError) as error:
        raise StartupRefused(
            "The database refuses the user name or password in DOORSTEP_DATABASE_URL: correct them there."
        ) from error
    except asyncpg.InvalidCatalogNameError as error:
        raise StartupRefused(
            "There is no database of the name in DOORSTEP_DATABASE_URL: create it, or correct the name."
        ) from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if isinstance(error, asyncpg.ClientConfigurationError):
            raise _malformed() from error
        raise StartupRefused(f"The database in DOORSTEP_DATABASE_URL does not let us in: {error}.") from error
    except (OSError, TimeoutError) as error:
        raise StartupRefused(
            f"No database answers at {_place(dsn)}: start it, or correct DOORSTEP_DATABASE_URL."
        ) from error
    except (ValueError, UnicodeError) as error:
        raise _malformed() from error
    try:
        if connection.get_server_version().major < _OLDEST:
            raise StartupRefused(
                f"The database in DOORSTEP_DATABASE_URL is too old: use PostgreSQL {_OLDEST} or later."
            )
        return Found(await current_revision(connection))
    finally:
        await connection.close()


def _malformed() -> StartupRefused:
    return StartupRefused(f"DOORSTEP_DATABASE_URL is not a database address: write it as {_SHAPE}.")


def _place(dsn: str) -> str:
    """Host and port of the URL, without its user and password."""
    try:
        return urlsplit(dsn).netloc.rpartition("@")[2] or "the place that it names"
    except ValueError:
        return "the place that it names"
