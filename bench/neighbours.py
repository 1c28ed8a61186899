"""What the product stands beside, running: bare ASGI, bare FastAPI, FastAPI with one SELECT, and with one UPDATE."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bench import requests
from bench.beside import CLIENTS, Subject, make_rows, peer

ASGI: Final = "bare ASGI"
FASTAPI: Final = "bare FastAPI"
SELECT: Final = "FastAPI + one asyncpg SELECT"
UPDATE: Final = "FastAPI + one asyncpg UPDATE"


@contextmanager
def neighbours(dsn: str) -> Iterator[dict[str, Subject]]:
    """Three servers on the first core, as four subjects by name; each client has a row of its own in that database."""
    with (
        peer("asgi") as (asgi, asgi_port),
        peer("fastapi") as (fastapi, fastapi_port),
        peer("asyncpg", dsn) as (asyncpg, asyncpg_port),
    ):
        rows = asyncio.run(make_rows(dsn, CLIENTS))
        subjects = (
            Subject(ASGI, asgi, asgi_port, lambda: _alike(asgi_port)),
            Subject(FASTAPI, fastapi, fastapi_port, lambda: _alike(fastapi_port)),
            Subject(SELECT, asyncpg, asyncpg_port, lambda: _rows(asyncpg_port, "GET", rows)),
            Subject(UPDATE, asyncpg, asyncpg_port, lambda: _rows(asyncpg_port, "POST", rows)),
        )
        yield {subject.name: subject for subject in subjects}


def _alike(port: int) -> list[dict[str, str]]:
    return [{"request": requests.bare(port, "GET", "/")}] * CLIENTS


def _rows(port: int, method: str, rows: list[str]) -> list[dict[str, str]]:
    return [{"request": requests.bare(port, method, f"/rows/{row}")} for row in rows]
