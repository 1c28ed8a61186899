"""Rotation while two processes work: no valid token is refused, and nobody makes a key too many."""

import asyncio
from random import Random

import pytest

from doorstep.audit.models import OPERATOR
from doorstep.keys.service import Rows, SigningKeys
from doorstep.kit.clock import utc_now
from doorstep.kit.database import Database
from doorstep.settings import TokenSettings
from tests.builders import HandClock
from tests.cluster import Cluster
from tests.keys.processes import Process, process_over, processes

WORKERS, ROTATIONS = 12, 8


async def work(own: Process, other: Process, kids: set[str], rotated: asyncio.Event) -> int:
    """Sign here and ask both, until all rotations are over; how many valid tokens were refused."""
    refused = 0
    while not rotated.is_set():
        token = own.sign()
        kids.add(own.ring.signer()[0])
        await asyncio.sleep(0)
        answers = await asyncio.gather(other.believes(token), own.believes(token))
        refused += answers.count(False)
    return refused


@pytest.mark.parametrize("seed", range(2))
async def test_rotation_under_load_refuses_no_valid_token(dsn: str, seed: int) -> None:
    random = Random(seed)  # noqa: S311 -- order of steps, nothing secret
    async with processes(dsn, utc_now, 3) as (first, second, operator):
        kids: set[str] = set()
        rotated = asyncio.Event()
        load = [
            asyncio.create_task(work(own, other, kids, rotated))
            for own, other in [(first, second), (second, first)] * (WORKERS // 2)
        ]
        for _ in range(ROTATIONS):
            await operator.keys.rotate(OPERATOR, at_once=True)
            await random.choice((first, second)).ring.load()
        rotated.set()
        assert sum([await task for task in load]) == 0
        assert len(kids) >= 3


async def test_two_processes_never_make_two_first_keys(cluster: Cluster, clock: HandClock) -> None:
    async with cluster.migrated_database() as dsn:
        pools = [Database(dsn, connections=1) for _ in range(6)]
        for pool in pools:
            await pool.open()
        rings = [process_over(pool, clock).ring for pool in pools]
        await asyncio.gather(*(pool_ready(pool) for pool in pools))
        await asyncio.gather(*(ring.load() for ring in rings))
        assert len({ring.signer()[0] for ring in rings}) == 1
        assert {len(ring.key_set()["keys"]) for ring in rings} == {1}
        for pool in pools:
            await pool.close()


async def pool_ready(pool: Database) -> None:
    """Connected already, so that all begin at the same moment."""
    async with pool.connection() as connection:
        await connection.execute("SELECT 1")


async def test_two_processes_never_make_two_next_keys(dsn: str, clock: HandClock) -> None:
    settings = TokenSettings()
    async with processes(dsn, clock, 6) as several:
        for generation in range(2, 5):
            clock.now += settings.key_life - settings.key_notice
            await asyncio.gather(*(process.ring.load() for process in several))
            async with several[0].database.connection() as connection:
                assert await connection.fetchval("SELECT count(*) FROM signing_keys") == generation
            clock.now += settings.key_notice
            assert len({process.ring.signer()[0] for process in several}) == 1


async def test_operators_who_rotate_at_once_get_the_same_key(dsn: str, clock: HandClock) -> None:
    async with processes(dsn, clock, 5) as several:
        made = await asyncio.gather(*(process.keys.rotate(OPERATOR, at_once=False) for process in several))
        assert len({key.kid for key in made}) == 1


async def test_withdrawing_while_others_rotate_leaves_a_key_that_signs(dsn: str) -> None:
    async with processes(dsn, utc_now, 4) as (first, second, third, fourth):
        for _ in range(5):
            await asyncio.gather(
                first.keys.retire(first.ring.signer()[0], OPERATOR),
                second.keys.retire(second.ring.signer()[0], OPERATOR),
                third.keys.rotate(OPERATOR, at_once=True),
                fourth.ring.load(),
            )
            for process in (first, second, third, fourth):
                await process.ring.load()
            assert len({process.ring.signer()[0] for process in (first, second, third, fourth)}) == 1
            assert await second.believes(first.sign())


class Counting(SigningKeys):
    """Counts how often the database is asked."""

    looks = 0

    async def in_order(self) -> Rows:
        Counting.looks += 1
        return await super().in_order()


async def test_a_flood_of_unknown_keys_costs_few_looks(database: Database, clock: HandClock) -> None:
    """Strangers can name keys that nobody made; all who wait share one look."""
    process = process_over(database, clock, kind=Counting)
    await process.ring.load()
    Counting.looks = 0
    answers = await asyncio.gather(*(process.ring.verifier(f"{number:043}") for number in range(1000)))
    assert set(answers) == {None}
    assert 1 <= Counting.looks <= 3
    # A name that no key can have is not worth a look, nor is one that is known to be withdrawn.
    kid, _ = process.ring.signer()
    await process.keys.retire(kid, OPERATOR)
    await process.ring.load()
    Counting.looks = 0
    for name in (kid, "", "x" * 42, "x" * 44, "x" * 42 + "/", "../" * 14 + "x"):
        assert await process.ring.verifier(name) is None
    assert Counting.looks == 0
