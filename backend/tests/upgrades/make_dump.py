"""Makes `5ce81d1.sql` and `5ce81d1.json`: what that commit wrote, and what its users had in browsers and mailboxes.

It speaks to the services of that commit and runs from the `backend` folder of a checkout of it, with this file's path:

    PYTHONPATH=src:. python .../tests/upgrades/make_dump.py

Nothing of it is anybody's: the secret is the tests' own, the addresses are examples, the moment is invented. Ids and
tokens are other ones with each run, so both files are made together.
"""
# mypy: ignore-errors
# The services that it calls are those of another commit.

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from old_lives import told

from doorstep.kit.database import Connection, Database
from doorstep.kit.revision import newest_revision
from tests.builders import HandClock, settings_for
from tests.cluster import Cluster, running_cluster
from tests.world import world_over

COMMIT = "5ce81d1"
REVISION = "0009"

# In this order each row finds what it refers to.
TABLES = (
    "users",
    "profiles",
    "sessions",
    "known_devices",
    "subscriptions",
    "signing_keys",
    "totp",
    "recovery_codes",
    "login_tickets",
    "passkey_handles",
    "passkeys",
    "spent_challenges",
    "one_time_tokens",
    "held_addresses",
    "outbox",
    "throttle",
    "audit_events",
)


async def inserts(connection: Connection, table: str) -> str:
    """The rows of a table, without the columns that are empty in all of them."""
    names = [
        row["attname"]
        for row in await connection.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped "
            "ORDER BY attnum",
            table,
        )
    ]
    told_of = ", ".join(f"quote_nullable({name}::text)" for name in names)
    rows = await connection.fetch(f"SELECT {told_of} FROM {table} ORDER BY {names[0]}")  # noqa: S608 -- our own names
    if not rows:
        raise AssertionError(f"{table} is empty")
    filled = [index for index in range(len(names)) if any(row[index] != "NULL" for row in rows)]
    values = ",\n".join(f"({', '.join(row[index] for index in filled)})" for row in rows)
    return f"INSERT INTO {table} ({', '.join(names[index] for index in filled)}) VALUES\n{values};\n"


async def make(cluster: Cluster, folder: Path) -> None:
    """Live through it, then write both files beside this one."""
    async with cluster.migrated_database() as dsn:
        database = Database(dsn, connections=4)
        await database.open()
        world = await world_over(database, HandClock(), settings_for(dsn, folder))
        try:
            held = await told(world)
            async with database.connection() as connection:
                dump = [await inserts(connection, table) for table in TABLES]
        finally:
            world.services.close()
            await database.close()
    here = Path(__file__).parent
    heading = f"-- What commit {COMMIT} wrote into a database of revision {REVISION}. Made by make_dump.py.\n"
    (here / f"{COMMIT}.sql").write_text("\n".join([heading, *dump]), encoding="utf-8")
    (here / f"{COMMIT}.json").write_text(json.dumps(held, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if newest_revision() != REVISION:
        raise SystemExit(f"This runs in a checkout of {COMMIT}.")
    with running_cluster("doorstep_dump") as running, TemporaryDirectory() as mailboxes:
        asyncio.run(make(running, Path(mailboxes)))
