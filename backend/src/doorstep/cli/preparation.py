"""What every command needs before its work: a database that answers, at our revision, and the master secret."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from doorstep.kit.database_check import look
from doorstep.kit.database_tls import require_verified_tls
from doorstep.kit.embedded import EmbeddedPostgres
from doorstep.kit.pooler import require_own_statements
from doorstep.kit.revision import newest_revision
from doorstep.kit.secret import former_secrets, master_secret
from doorstep.kit.startup import StartupRefused
from doorstep.kit.supervision import kept_alive
from doorstep.settings import Settings

_SPARE_CONNECTIONS = 20  # for commands that run beside the server
_USUAL_CONNECTIONS = 100


@dataclass(frozen=True, slots=True)
class Prepared:
    """A migrated database (`dsn`, a libpq URL), the master secrets, and whether the tables were made just now."""

    settings: Settings
    dsn: str
    secret: bytes
    former: tuple[bytes, ...]
    fresh: bool


@contextmanager
def prepared(settings: Settings, *, supervised: bool = False) -> Iterator[Prepared]:
    """A database to work with while the block runs. Raises StartupRefused.

    `supervised` starts the embedded server again when it dies.
    """
    given = settings.secret.get_secret_value() if settings.secret else None
    secret = master_secret(given, settings.data_dir, embedded=settings.embedded)
    named = [each.get_secret_value() for each in settings.secret_fallbacks]
    former = former_secrets(named, settings.data_dir, generated=given is None)
    with database(settings, supervised=supervised) as dsn:
        found, needed = look(dsn), newest_revision()
        if found.revision is not None and found.revision > needed and not found.suits(needed):
            raise StartupRefused("A newer Doorstep has been at this database: start that one, or a newer one.")
        if not found.suits(needed):
            if not settings.embedded:
                raise StartupRefused("The database lacks tables of this Doorstep: run `doorstep db upgrade`.")
            upgrade(dsn)
        if not settings.embedded and settings.database_statement_cache > 0:
            require_own_statements(dsn)
        others = tuple(each.encode() for each in former if each != secret)
        yield Prepared(settings, dsn, secret.encode(), others, fresh=found.revision is None)


@contextmanager
def database(settings: Settings, *, supervised: bool = False) -> Iterator[str]:
    """The libpq URL of the database, which runs while the block does. Raises StartupRefused."""
    if settings.database_url is not None:
        dsn = settings.database_url.get_secret_value()
        require_verified_tls(dsn)
        yield dsn
        return
    connections = settings.workers * settings.database_connections + _SPARE_CONNECTIONS
    postgres = EmbeddedPostgres(settings.data_dir, connections=max(connections, _USUAL_CONNECTIONS))
    dsn = postgres.start()
    try:
        if supervised:
            with kept_alive(postgres):
                yield dsn
        else:
            yield dsn
    finally:
        postgres.stop()


def upgrade(dsn: str) -> None:
    """Run the missing migrations, in a process of its own. Raises StartupRefused."""
    done = subprocess.run(
        [sys.executable, "-m", "doorstep.kit.migrate"], input=dsn, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["it left without a word"]
        raise StartupRefused(f"The database could not be brought up to date: {lines[-1]}")
