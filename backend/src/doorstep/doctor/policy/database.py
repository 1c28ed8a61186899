"""The database: its version, what it promises to keep, and what our role may do there. Pure."""

from collections.abc import Iterator

from doorstep.doctor.models import DatabaseFacts, Finding, Voice

OLDEST = 15
GUARDS = 2
"""The triggers that let the audit trail only grow."""
_SPARE = 5


def nothing_yet(data_dir: str) -> Finding:
    """There is no embedded database yet."""
    return Voice("database").warn(f"There is no database in {data_dir} yet: `doorstep serve` makes it.")


def refused(sentence: str) -> Finding:
    """It cannot be looked at, for this reason."""
    return Voice("database").fail(sentence)


def version(facts: DatabaseFacts) -> Finding:
    """Whether the version is one that Doorstep is written for."""
    voice = Voice("database version")
    number = facts.version // 10_000
    if number < OLDEST:
        return voice.fail(f"PostgreSQL {number} is too old: use {OLDEST} or later.")
    return voice.ok(f"PostgreSQL {number}.")


def encoding(facts: DatabaseFacts) -> Finding:
    """Whether every name and address can be stored."""
    voice = Voice("encoding")
    if facts.encoding != "UTF8":
        return voice.fail(
            f"The database is in {facts.encoding} and cannot keep every letter: make one with `ENCODING 'UTF8'`."
        )
    return voice.ok("The database is in UTF-8.")


def collation(facts: DatabaseFacts) -> Finding:
    """Whether indexes are in the order that the system's library has today."""
    voice = Voice("order of texts")
    if facts.outgrown_collations:
        found, name = ", ".join(facts.outgrown_collations), facts.name.replace('"', '""')
        return voice.warn(
            f"A new system library orders texts otherwise than indexes made before ({found}), which then miss rows: "
            f'run `REINDEX DATABASE "{name}"`, then `ALTER DATABASE "{name}" REFRESH COLLATION VERSION`.'
        )
    return voice.ok("Indexes are in the order of today's library.")


def shared_mailboxes(clashes: int) -> Finding:
    """Whether two users share a mailbox, since the version before took spellings of a domain for two."""
    voice = Voice("mailboxes")
    if clashes:
        return voice.warn(
            f"Users who share a mailbox with another user: {clashes}. `doorstep users clashes` lists them."
        )
    return voice.ok("No two users share a mailbox.")


def migrations(facts: DatabaseFacts, needed: str) -> Finding:
    """Whether the tables are those of this Doorstep."""
    voice = Voice("migrations")
    if facts.revision is None or facts.revision < needed:
        return voice.fail(
            f"The database is at revision {facts.revision or 'none'} and {needed} is needed: run `doorstep db upgrade`."
        )
    if facts.revision > needed and not facts.suits_us:
        return voice.fail("A newer Doorstep has been at this database: start that one, or a newer one.")
    if facts.revision > needed:
        return voice.warn(f"The tables are at revision {facts.revision}, which suits this Doorstep: upgrade it soon.")
    return voice.ok(f"The tables are at revision {needed}.")


def durability(facts: DatabaseFacts) -> Finding:
    """Whether what was answered with success is still there after a power cut: a log-out, a used code, a revocation."""
    voice = Voice("durability")
    named = {
        "fsync": facts.fsync,
        "full_page_writes": facts.full_page_writes,
        "synchronous_commit": facts.synchronous_commit,
    }
    off = [name for name, value in named.items() if value == "off"]
    if off:
        words = " and ".join(off)
        return voice.fail(f"A log-out or a revocation can be lost in a power cut: turn {words} on in postgresql.conf.")
    return voice.ok("What is committed stays: fsync and synchronous_commit are on.")


def role(facts: DatabaseFacts, *, embedded: bool) -> Iterator[Finding]:
    """Whether the role that serves could take away what guards the audit trail."""
    voice = Voice("database role")
    mend = (
        "run `doorstep db upgrade` as an owner, and give DOORSTEP_DATABASE_URL a role that has only "
        "SELECT, INSERT, UPDATE and DELETE on the tables"
    )
    if facts.superuser:
        yield voice.fail(f"Doorstep comes as a superuser, whom no rule binds: {mend}.")
    elif facts.owns_trail and not embedded:
        yield voice.warn(f"Doorstep comes as the owner of its tables, who could drop the guard of the trail: {mend}.")
    elif facts.owns_trail:
        yield voice.ok("No superuser; the embedded database's only role owns its tables.")
    else:
        yield voice.ok("No superuser, and not the owner of the tables.")
    if facts.revision is not None and facts.trail_guards < GUARDS:
        yield Voice("audit trail").fail(
            "A trigger that lets audit_events only grow is gone or disabled: "
            "`ALTER TABLE audit_events ENABLE TRIGGER USER`, or restore it from migration 0001."
        )


def pooler(facts: DatabaseFacts, statement_cache: int) -> Finding | None:
    """Whether prepared statements get lost in a pooler on the way."""
    if not facts.pooled:
        return None
    voice = Voice("pooler")
    if facts.loses_statements and statement_cache > 0:
        return voice.fail(
            "A pooler such as PgBouncer in transaction mode stands before the database, and prepared statements do not "
            "outlive a transaction there: set DOORSTEP_DATABASE_STATEMENT_CACHE=0."
        )
    if facts.loses_statements:
        return voice.ok("A pooler stands before the database, and nothing is prepared on its connections.")
    return voice.ok("A pooler stands before the database, and keeps what is prepared on a connection.")


def connections(facts: DatabaseFacts, workers: int, each: int) -> Finding:
    """Whether the database lets as many connections in as the processes may open."""
    voice = Voice("connections")
    most = workers * each
    if most + _SPARE > facts.max_connections:
        return voice.warn(
            f"{workers} x {each} connections may be asked for and the database allows {facts.max_connections}: "
            "lower DOORSTEP_DATABASE_CONNECTIONS, or raise max_connections."
        )
    return voice.ok(f"At most {most} of the database's {facts.max_connections} connections are used.")


def transport(facts: DatabaseFacts) -> Finding | None:
    """Whether what travels to a database on another machine can be read on the way."""
    if not facts.remote:
        return None
    voice = Voice("way to the database")
    if not facts.encrypted:
        return voice.warn("The database is reached without TLS: add `sslmode=verify-full` to DOORSTEP_DATABASE_URL.")
    return voice.ok("The database is reached by TLS.")
