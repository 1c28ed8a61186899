"""The hosts of a URL: which they are, and that one that is frozen does not use up the time of the next."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import pytest

from doorstep.kit.connecting import Hosts
from doorstep.kit.database import Database, DatabaseUnavailable
from doorstep.kit.database_hosts import SOMEWHERE, hosts_of, one_by_one


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgresql://u:p@a/d", ["a"]),
        ("postgresql://u:p@a:1,b:2/d", ["a", "b"]),
        ("postgresql://a,b/d", ["a", "b"]),
        ("postgresql://u:p@[::1]:1,[2001:db8::1]:2/d", ["::1", "2001:db8::1"]),
        ("postgresql://u:p@%2Frun%2Fpostgresql/d", ["/run/postgresql"]),
        ("postgresql://u:p@/d?host=a,b&port=1,2", ["a", "b"]),
        ("postgresql://u:p@/d?host=/run/postgresql,b", ["/run/postgresql", "b"]),
        ("postgresql://u:p@a/d?host=b", ["a", "b"]),
        ("postgresql://u:p@/d?host=a&host=b", ["a", "b"]),
        ("postgresql://u@a:1,x@localhost/d", ["a", "x@localhost"]),
        ("postgresql:///d?service=elsewhere", [SOMEWHERE]),
        ("postgresql:///d", []),
    ],
)
def test_every_host_is_told(url: str, hosts: list[str]) -> None:
    assert list(hosts_of(url, {})) == hosts


def test_where_the_url_names_none_the_environment_may() -> None:
    assert hosts_of("postgresql:///d", {"PGHOST": "a,b"}) == ("a", "b")
    assert hosts_of("postgresql://c/d", {"PGHOST": "a,b"}) == ("c",)


@pytest.mark.parametrize(
    ("url", "each"),
    [
        ("postgresql://u:p@a:1/d?sslmode=disable", ["postgresql://u:p@a:1/d?sslmode=disable"]),
        ("postgresql://u:p@a:1,b:2/d?x=y", ["postgresql://u:p@a:1/d?x=y", "postgresql://u:p@b:2/d?x=y"]),
        ("postgresql://u:p@[::1]:1,b/d", ["postgresql://u:p@[::1]:1/d", "postgresql://u:p@b/d"]),
        (
            "postgresql://u:p@/d?host=a,b&port=1,2&x=y",
            ["postgresql://u:p@/d?x=y&host=a&port=1", "postgresql://u:p@/d?x=y&host=b&port=2"],
        ),
        ("postgresql:///d?host=a,b&port=7", ["postgresql:///d?host=a&port=7", "postgresql:///d?host=b&port=7"]),
    ],
)
def test_one_url_for_each_host(url: str, each: list[str]) -> None:
    assert list(one_by_one(url)) == each


@pytest.mark.parametrize("url", ["postgresql://a,/d", "postgresql://,a/d", "postgresql:///d?host=a,b&port=1,2,3"])
def test_a_host_that_is_missing_is_no_url(url: str) -> None:
    with pytest.raises(ValueError, match=r"host"):
        one_by_one(url)


@asynccontextmanager
async def frozen() -> AsyncIterator[tuple[int, list[asyncio.StreamWriter]]]:
    """The port of a server, and who came: it takes connections and says nothing, as a machine that hangs."""
    held: list[asyncio.StreamWriter] = []
    async with await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], held
        for writer in held:
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for writer in held), return_exceptions=True)


def beside(dsn: str, port: int) -> str:
    """The database of `dsn` as the second of two hosts, both of this machine."""
    parts = urlsplit(dsn)
    sign_in, _, place = parts.netloc.rpartition("@")
    if place:
        return f"postgresql://{sign_in}@127.0.0.1:{port},{place}{parts.path}"
    asked = dict(parse_qsl(parts.query))
    return f"postgresql://{sign_in}@{parts.path}?host=127.0.0.1,{asked['host']}&port={port},{asked.get('port', 5432)}"


async def test_a_frozen_host_leaves_the_next_its_time(dsn: str) -> None:
    async with frozen() as (port, held):
        hosts = Hosts(beside(dsn, port), seconds=0.2)
        for _ in range(2):
            connection = await hosts.connect()
            assert await connection.fetchval("SELECT 1") == 1
            await connection.close()
        assert len(held) == 1  # the one that answered is asked first


async def test_no_host_that_takes_writes_is_an_outage_until_one_does(dsn: str) -> None:
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as operator:
        name = urlsplit(dsn).path.removeprefix("/")
        await operator.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        database = Database(f"{dsn}{'&' if '?' in dsn else '?'}target_session_attrs=read-write", connections=2)
        await database.open()
        with pytest.raises(DatabaseUnavailable) as outage:
            await database.fetch("SELECT 1")
        assert isinstance(outage.value.__cause__, asyncpg.TargetServerAttributeNotMatched)
        await operator.execute("SET default_transaction_read_only = off")
        await operator.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        assert await database.fetch("SELECT 1")
        await database.close()
