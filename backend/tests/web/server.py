"""A real uvicorn on a port of its own, in a thread: for what only shows on a socket."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from doorstep.cli.protocol import BoundedHttp
from doorstep.settings import Settings
from tests.web.app import make_app

PATIENCE = 15
"""Seconds that a test waits on a connection."""


@contextmanager
def serving(
    make: Callable[[int], ASGIApp], http: type[asyncio.Protocol] | Literal["auto"] = "auto", keep_alive: int = 5
) -> Iterator[int]:
    """Serve what `make(port)` returns, until the block ends; gives the port.

    `http` speaks on its connections, and leaves one open for `keep_alive` seconds between two requests.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        config = uvicorn.Config(
            make(port),
            http=http,
            lifespan="off",
            ws="none",
            timeout_keep_alive=keep_alive,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def serving_as_shipped(keep_alive: int = 5) -> Iterator[int]:
    """Serve the web layer, speaking HTTP as `doorstep serve` does; gives the port."""
    with serving(lambda port: make_app(Settings(port=port)), BoundedHttp, keep_alive) as port:
        yield port


def connected(port: int) -> socket.socket:
    """A connection to that port, on which nothing takes longer than `PATIENCE`."""
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def exchange(port: int, *parts: bytes) -> bytes:
    """Send `parts` on a fresh connection and read until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for part in parts:
            connection.sendall(part)
        received = bytearray()
        while data := connection.recv(65_536):
            received += data
    return bytes(received)
