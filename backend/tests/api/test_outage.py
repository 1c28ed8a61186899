"""A full disk and a database that takes no writes, as a caller and a proxy meet them."""

from urllib.parse import urlsplit

import asyncpg
import httpx
from fastapi import FastAPI

from doorstep.assembly import Services
from tests.api.conftest import ACCOUNT, bearer
from tests.outage import no_writes

LOG_IN = "/api/v1/auth/login"


def services_of(app: FastAPI) -> Services:
    services: Services = app.state.services
    return services


async def test_a_full_disk_is_an_outage_and_no_crash(
    app: FastAPI, http: httpx.AsyncClient, ada: dict[str, str]
) -> None:
    assert (await http.get("/readyz")).status_code == 200
    async with no_writes(services_of(app).database, "audit_events"):
        for _ in range(12):
            answer = await http.post(LOG_IN, json=ACCOUNT)
            assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
            assert answer.headers["retry-after"] == "2"
            assert "space" not in answer.text
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["database"]) == (503, "failed")
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/api/v1/users/me", headers=bearer(ada["access_token"]))).status_code == 200
        assert (await http.post("/api/v1/auth/refresh", json={})).status_code == 200
    assert (await http.post(LOG_IN, json=ACCOUNT)).status_code == 200


async def test_a_database_that_takes_no_writes_is_not_ready(
    app: FastAPI, http: httpx.AsyncClient, ada: dict[str, str], dsn: str
) -> None:
    name = urlsplit(dsn).path.removeprefix("/")
    operator = await asyncpg.connect(dsn)
    await operator.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    services_of(app).database._pool.distrust()  # type: ignore[union-attr]  # noqa: SLF001 -- as a fail-over cuts connections
    ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["database"]) == (503, "failed")
    assert (await http.get("/api/v1/users/me", headers=bearer(ada["access_token"]))).status_code == 200
    answer = await http.post(LOG_IN, json=ACCOUNT)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    await operator.execute("SET default_transaction_read_only = off")
    await operator.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    await operator.close()
    services_of(app).database._pool.distrust()  # type: ignore[union-attr]  # noqa: SLF001 -- as above
    assert (await http.get("/readyz")).status_code == 200
    assert (await http.post(LOG_IN, json=ACCOUNT)).status_code == 200


async def test_a_newer_revision_that_suits_us_leaves_us_ready(app: FastAPI, http: httpx.AsyncClient) -> None:
    database = services_of(app).database
    await database.fetch("UPDATE alembic_version SET version_num = '9998'")
    assert (await http.get("/readyz")).status_code == 200
    await database.fetch("UPDATE suitable_servers SET from_revision = '9998'")
    ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["migrations"]) == (503, "failed")
