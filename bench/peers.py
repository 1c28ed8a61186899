"""What the product is measured beside: the same server with next to nothing on it. `python -m bench.peers NAME PORT`.

The server is uvicorn with uvloop and httptools and without an access log, as `doorstep serve` has it; stock otherwise,
so that what the product adds to the protocol (bounds on heads, header counts and idle time) counts against the product.
The database is named by `BENCH_DSN`; the pool is asyncpg's default one.
"""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI

DSN: Final = "BENCH_DSN"
MAKE_TABLE: Final = """
CREATE TABLE IF NOT EXISTS bench_rows (id uuid PRIMARY KEY, email text NOT NULL, status text NOT NULL,
                                       created_at timestamptz NOT NULL DEFAULT now(), count integer NOT NULL DEFAULT 0)
"""
FILL_TABLE: Final = "INSERT INTO bench_rows (id, email, status) VALUES ($1, $2, 'active')"
SELECT: Final = "SELECT id, email, status, created_at FROM bench_rows WHERE id = $1"
UPDATE: Final = "UPDATE bench_rows SET count = count + 1 WHERE id = $1"

_BODY: Final = b'{"status":"ok"}'
_HEAD: Final = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", b"15")],
}
Message = MutableMapping[str, Any]


async def bare_asgi(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """An application that answers the same bytes to everybody."""
    del receive
    if scope["type"] == "http":
        await send(_HEAD)
        await send({"type": "http.response.body", "body": _BODY})


def bare_fastapi() -> FastAPI:
    """One route, one small object."""
    app = FastAPI()

    @app.get("/")
    async def read() -> dict[str, str]:
        return {"status": "ok"}

    return app


def fastapi_asyncpg() -> FastAPI:
    """One route that reads a row by its key, and one that changes it and commits."""
    pools: list[asyncpg.Pool[asyncpg.Record]] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(os.environ[DSN]) as pool:
            pools.append(pool)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/rows/{row_id}")
    async def select(row_id: UUID) -> dict[str, Any]:
        async with pools[0].acquire() as connection:
            return dict(await connection.fetchrow(SELECT, row_id) or {})

    @app.post("/rows/{row_id}")
    async def update(row_id: UUID) -> dict[str, str]:
        async with pools[0].acquire() as connection:
            await connection.execute(UPDATE, row_id)
        return {"status": "ok"}

    return app


APPS: Final[dict[str, Callable[[], Any]]] = {
    "asgi": lambda: bare_asgi,
    "fastapi": bare_fastapi,
    "asyncpg": fastapi_asyncpg,
}


if __name__ == "__main__":
    uvicorn.run(
        APPS[sys.argv[1]](),
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
