"""The pool lends whole connections, never more than it may, and nobody waits for ever."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TypeAlias

import asyncpg
import pytest

from doorstep.kit.database import Database, DatabaseUnavailable
from doorstep.kit.pool import Connection, Pool, PoolClosed

Connect: TypeAlias = Callable[[], Awaitable[Connection]]


@pytest.fixture
def connect(dsn: str) -> Connect:
    return partial(_connected, dsn)


async def _connected(dsn: str) -> Connection:
    return await asyncpg.connect(dsn)


@asynccontextmanager
async def pool_of(connect: Connect, most: int) -> AsyncIterator[Pool]:
    pool = Pool(connect, most=most, patience=5)
    yield pool
    await pool.close(0)


async def in_line(pool: Pool) -> "asyncio.Task[Connection]":
    """Somebody who waits for a connection, and is in line by now."""
    task = asyncio.create_task(pool.lend())
    await asyncio.sleep(0)  # one turn of the loop: the task has run as far as it can
    assert not task.done()
    return task


async def test_the_next_in_line_gets_what_comes_back(connect: Connect) -> None:
    async with pool_of(connect, 2) as pool:
        one, other = await pool.lend(), await pool.lend()
        first, second = await in_line(pool), await in_line(pool)
        pool.give_back(other)
        pool.give_back(one)
        assert (await first, await second) == (other, one)
        pool.give_back(one)
        assert await pool.lend() is one


async def test_a_connection_that_nobody_took_is_not_lost(connect: Connect) -> None:
    """It is handed to somebody who leaves in the same moment."""
    async with pool_of(connect, 1) as pool:
        only = await pool.lend()
        leaving, staying = await in_line(pool), await in_line(pool)
        pool.give_back(only)
        leaving.cancel()
        assert await staying is only
        with pytest.raises(asyncio.CancelledError):
            await leaving


async def test_nobody_waits_for_ever(connect: Connect) -> None:
    pool = Pool(connect, most=1, patience=0.01)
    only = await pool.lend()
    with pytest.raises(TimeoutError):
        await pool.lend()
    pool.give_back(only)
    assert await pool.lend() is only
    await pool.close(0)


async def test_a_connection_that_the_server_has_closed_is_not_lent(connect: Connect, database: Database) -> None:
    async with pool_of(connect, 1) as pool:
        before = await pool.lend()
        lost = asyncio.Event()
        before.add_termination_listener(lambda _: lost.set())
        pool.give_back(before)
        async with database.connection() as another:
            await another.execute("SELECT pg_terminate_backend($1)", before.get_server_pid())
        await lost.wait()
        after = await pool.lend()
        assert after is not before
        assert await after.fetchval("SELECT 1") == 1


async def test_what_was_left_in_a_transaction_is_not_lent(
    connect: Connect,
) -> None:
    async with pool_of(connect, 1) as pool:
        left = await pool.lend()
        await left.execute("BEGIN")
        waiting = await in_line(pool)
        pool.give_back(left)
        assert left.is_closed()
        assert not (await waiting).is_in_transaction()


async def test_a_statement_that_was_given_up_is_in_nobodys_way(dsn: str) -> None:
    database = Database(dsn, connections=1)
    await database.open()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await database.fetch("SELECT pg_sleep(60)")
    async with asyncio.timeout(10):
        assert [row["one"] for row in await database.fetch("SELECT 1 AS one")] == [1]
    await database.close()


async def test_a_place_is_free_again_when_no_connection_can_be_made(dsn: str) -> None:
    answers = [OSError("nobody there"), None]

    async def connect() -> Connection:
        failure = answers.pop(0)
        if failure is not None:
            raise failure
        return await _connected(dsn)

    pool = Pool(connect, most=1, patience=5)
    with pytest.raises(OSError, match="nobody there"):
        await pool.lend()
    assert await (await pool.lend()).fetchval("SELECT 1") == 1
    await pool.close(0)


async def test_the_next_in_line_tries_when_another_could_not(dsn: str) -> None:
    go_on = asyncio.Event()
    tried = 0

    async def connect() -> Connection:
        nonlocal tried
        tried += 1
        if tried == 1:
            await go_on.wait()
            raise OSError("nobody there")
        return await _connected(dsn)

    pool = Pool(connect, most=1, patience=5)
    trying, waiting = await in_line(pool), await in_line(pool)
    go_on.set()
    with pytest.raises(OSError, match="nobody there"):
        await trying
    assert await (await waiting).fetchval("SELECT 1") == 1
    await pool.close(0)


async def test_closing_lets_what_is_under_way_come_back(connect: Connect) -> None:
    pool = Pool(connect, most=1, patience=5)
    under_way = await pool.lend()
    waiting = await in_line(pool)
    closing = asyncio.create_task(pool.close(10))
    with pytest.raises(PoolClosed):
        await waiting
    with pytest.raises(PoolClosed):
        await pool.lend()
    assert await under_way.fetchval("SELECT 1") == 1
    pool.give_back(under_way)
    await closing
    assert under_way.is_closed()


async def test_closing_cuts_off_what_does_not_come_back(connect: Connect) -> None:
    pool = Pool(connect, most=2, patience=5)
    stuck, idle = await pool.lend(), await pool.lend()
    pool.give_back(idle)
    await pool.close(0.01)
    assert stuck.is_closed()
    assert idle.is_closed()


async def test_no_more_are_open_than_may_be(dsn: str) -> None:
    open_now = most_at_once = 0

    async def connect() -> Connection:
        nonlocal open_now, most_at_once
        open_now += 1
        most_at_once = max(most_at_once, open_now)
        return await _connected(dsn)

    pool = Pool(connect, most=3, patience=10)

    async def use() -> None:
        connection = await pool.lend()
        await connection.fetchval("SELECT 1")
        pool.give_back(connection)

    await asyncio.gather(*(use() for _ in range(60)))
    assert most_at_once == 3
    await pool.close(1)


async def test_after_one_was_lost_none_that_rests_is_believed(dsn: str) -> None:
    """A network that went silent tells nobody: each dead connection would cost somebody ten seconds."""
    database = Database(dsn, connections=2)
    await database.open()
    async with database.connection(), database.connection() as resting:
        pass  # the one that is given back last is lent first
    with pytest.raises(DatabaseUnavailable):
        await database.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
    assert resting.is_closed()
    assert await database.fetch("SELECT 1 AS one")
    await database.close()


async def test_a_database_that_cannot_be_reached_is_an_outage() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing", connections=1)
    await database.open()
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            await database.fetch("SELECT 1")
    with suppress(DatabaseUnavailable):
        await database.close()
