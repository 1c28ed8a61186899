#!/usr/bin/env bash
# asyncpg 0.32.0.
#
# A URL with several hosts has one time-out for all of them. A first host that takes the connection and says nothing (a
# machine that hangs, a PostgreSQL that is stopped by SIGSTOP) uses it up: the second host, which is the primary by now,
# is not asked at all. libpq's connect_timeout is for each host; asyncpg hands `connect_timeout` in the URL on to the
# server as a setting.
#
# Why it matters: after a fail-over to the second host no connection is made until the first one is gone for good.
#
# Seen:
#   TimeoutError after the time-out
#   asked: first 1, second 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check asyncpg==0.32.0
cat > "$folder/run.py" <<'PYTHON'
import asyncio

import asyncpg


async def main() -> None:
    asked = {"first": 0, "second": 0}

    def host(name: str):
        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked[name] += 1
            await reader.read()
            writer.close()

        return take

    first = await asyncio.start_server(host("first"), "127.0.0.1", 0)
    second = await asyncio.start_server(host("second"), "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (first, second)]
    url = f"postgresql://u:p@127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}/d?sslmode=disable"
    try:
        await asyncpg.connect(url, timeout=2)
    except TimeoutError as error:
        print(f"{type(error).__name__} after the time-out")
    print(f"asked: first {asked['first']}, second {asked['second']}")
    for server in (first, second):
        server.close()
    await asyncio.sleep(0.1)


asyncio.run(main())
PYTHON
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/seen" - <<'SEEN'
TimeoutError after the time-out
asked: first 1, second 0
SEEN
echo "as described"
