"""The first look at the database: does it answer, let us in, and have our tables? One sentence where it does not."""

import asyncio
import ssl
from urllib.parse import urlsplit

import asyncpg

from doorstep.kit.connecting import Hosts
from doorstep.kit.outages import NO_ROOM
from doorstep.kit.pool import Connection
from doorstep.kit.revision import Revision, revision_of
from doorstep.kit.startup import StartupRefused

_OLDEST = 15
_MALFORMED = (
    "DOORSTEP_DATABASE_URL is not a database address: write it as postgresql://user:password@host:5432/database."
)
_NO_TLS = "rejected SSL upgrade"
"""asyncpg's words for a server that has no TLS, raised as a plain ConnectionError."""


def look(dsn: str) -> Revision:
    """Connect once and look. `dsn` is a libpq URL. Raises StartupRefused."""
    return asyncio.run(_look(dsn))


async def _look(dsn: str) -> Revision:
    try:
        # Nothing is prepared: a pooler in between may give each transaction another connection.
        connection = await Hosts(dsn).connect(statement_cache_size=0)
        try:
            return await _read(connection)
        finally:
            connection.terminate()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError) as error:
        raise StartupRefused(sentence(error, dsn)) from error
    except (ValueError, UnicodeError) as error:
        raise StartupRefused(_MALFORMED) from error


async def _read(connection: Connection) -> Revision:
    if connection.get_server_version().major < _OLDEST:
        raise StartupRefused(f"The database in DOORSTEP_DATABASE_URL is too old: use PostgreSQL {_OLDEST} or later.")
    return await revision_of(connection)


def sentence(error: Exception, dsn: str) -> str:  # noqa: PLR0911 -- one for each cause
    """Why this database cannot be used, from what the driver raised. Nothing of its user or password."""
    match error:
        case asyncpg.InvalidAuthorizationSpecificationError() | asyncpg.InvalidPasswordError():
            return "The database refuses the user name or password in DOORSTEP_DATABASE_URL: correct them there."
        case asyncpg.InvalidCatalogNameError():
            return "There is no database of the name in DOORSTEP_DATABASE_URL: create it, or correct the name."
        case asyncpg.ClientConfigurationError():
            return _MALFORMED
        case asyncpg.TargetServerAttributeNotMatched():
            return (
                f"None of the hosts at {_place(dsn)} is what target_session_attrs in DOORSTEP_DATABASE_URL asks for: "
                "wait until one takes writes, or correct it."
            )
        case ConnectionError() if _NO_TLS in str(error):
            return (
                f"The PostgreSQL at {_place(dsn)} offers no TLS, which sslmode in DOORSTEP_DATABASE_URL asks for: "
                "turn on `ssl` there."
            )
        case ssl.SSLCertVerificationError():
            return f"The certificate of the PostgreSQL at {_place(dsn)} is refused: {error.verify_message}."
        case asyncpg.InsufficientPrivilegeError():
            return (
                "The role in DOORSTEP_DATABASE_URL may not read the tables: give it what `doorstep db grants` prints."
            )
        case OSError() | TimeoutError():
            return f"No database answers at {_place(dsn)}: start it, or correct DOORSTEP_DATABASE_URL."
    if isinstance(error, NO_ROOM):
        return "The disk of the database in DOORSTEP_DATABASE_URL is full: make room there."
    reason = str(error).partition("\n")[0].rstrip(".")
    return f"The database in DOORSTEP_DATABASE_URL does not let us in: {reason}."


def _place(dsn: str) -> str:
    """Host and port of the URL, without its user and password."""
    try:
        return urlsplit(dsn).netloc.rpartition("@")[2] or "the place that it names"
    except ValueError:
        return "the place that it names"
