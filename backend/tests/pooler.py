"""The real PgBouncer in front of a test's database."""

import os
import shutil
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from tests.cli.process import free_port
from tests.waiting import wait_for

_NOBODY = "nobody"


def program() -> str:
    """PgBouncer, or the test is left out: `make proxies` brings it."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.skip("needs pgbouncer, which `make proxies` installs")
    return found


@contextmanager
def by_tcp(path: str) -> Iterator[int]:
    """A port that leads to PostgreSQL's socket, which PgBouncer, run by another user, may not reach."""

    class Relay(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as server:
                server.connect(path)
                back = threading.Thread(target=_copy, args=(server, self.request), daemon=True)
                back.start()
                _copy(self.request, server)
                back.join()

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Listener(("127.0.0.1", 0), Relay) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        yield listener.server_address[1]
        listener.shutdown()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while told := source.recv(65_536):
            target.sendall(told)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def _server(dsn: str) -> Iterator[tuple[str, int]]:
    """Host and port of PostgreSQL for somebody else."""
    parts = urlsplit(dsn)
    asked = dict(parse_qsl(parts.query))
    if "host" not in asked:
        yield parts.hostname or "127.0.0.1", parts.port or 5432
        return
    with by_tcp(f"{asked['host']}/.s.PGSQL.{asked.get('port', 5432)}") as port:
        yield "127.0.0.1", port


@contextmanager
def pooled(dsn: str, folder: Path, mode: str = "transaction", **more: object) -> Iterator[str]:
    """The URL of the same database through PgBouncer in that `pool_mode`, until the block ends."""
    with _server(dsn) as (host, server_port), _running(dsn, host, server_port, folder, mode, more) as port:
        parts = urlsplit(dsn)
        yield f"postgresql://{parts.username or 'anybody'}@127.0.0.1:{port}{parts.path}"


@contextmanager
def _running(
    dsn: str, host: str, server_port: int, folder: Path, mode: str, more: Mapping[str, object]
) -> Iterator[int]:
    parts = urlsplit(dsn)
    port = free_port()
    server = {
        "host": host,
        "port": server_port,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }
    settings: dict[str, object] = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "any",
        "pool_mode": mode,
        "default_pool_size": 4,
        "max_client_conn": 200,
        **more,
    }
    config = folder / f"pgbouncer-{port}.ini"
    config.write_text(
        "[databases]\n* = "
        + " ".join(f"{name}='{value}'" for name, value in server.items() if value)
        + "\n[pgbouncer]\n"
        + "".join(f"{name} = {value}\n" for name, value in settings.items())
    )
    log = folder / f"pgbouncer-{port}.log"
    with log.open("w") as output:
        # It does not run as root.
        command = [program(), *(["-u", _NOBODY] if os.geteuid() == 0 else []), str(config)]
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait_for(lambda: "process up" in log.read_text() or process.poll() is not None, "PgBouncer is up")
        assert process.poll() is None, log.read_text()
        yield port
    finally:
        process.terminate()
        process.wait(10)
