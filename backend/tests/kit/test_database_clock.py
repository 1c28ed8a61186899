"""Which clock decides: the database's, and only while this machine's agrees with it."""

from datetime import UTC, datetime, timedelta

import pytest

from doorstep.kit.clock import utc_now
from doorstep.kit.database import Connection, Database
from doorstep.kit.database_clock import MOST_APART, ClocksDiffer, DatabaseClock, told
from tests.builders import START, HandClock

SECOND = timedelta(seconds=1)


async def test_the_time_is_that_of_the_database_itself(database: Database) -> None:
    before = datetime.now(UTC)
    assert before <= await DatabaseClock(database, utc_now).agreed() <= datetime.now(UTC)


@pytest.mark.parametrize("wrong_by", [timedelta(days=8), -timedelta(days=8), timedelta(minutes=2)])
async def test_a_wrong_clock_of_the_machine_is_noticed(database: Database, wrong_by: timedelta) -> None:
    wrong = DatabaseClock(database, lambda: utc_now() + wrong_by, told)
    with pytest.raises(ClocksDiffer, match=r"This machine says .* and the database .*"):
        await wrong.agreed()
    async with database.connection() as connection:
        assert abs(await wrong.read(connection) - datetime.now(UTC)) < MOST_APART


@pytest.mark.parametrize("sign", [-1, 1])
async def test_a_minute_is_let_pass_and_no_more(database: Database, sign: int) -> None:
    clock = HandClock()

    async def theirs(_: Connection) -> datetime:
        return START

    compared = DatabaseClock(database, clock, theirs)
    clock.now = START + sign * MOST_APART
    assert await compared.agreed() == START
    clock.now += sign * SECOND
    with pytest.raises(ClocksDiffer):
        await compared.agreed()


async def test_a_slow_answer_is_no_difference(database: Database) -> None:
    """Three minutes for the answer: the machine has asked before and heard it after."""
    clock = HandClock()

    async def theirs(_: Connection) -> datetime:
        clock.now += 3 * MOST_APART
        return START + 1.5 * MOST_APART

    assert await DatabaseClock(database, clock, theirs).agreed() == START + 1.5 * MOST_APART


async def test_a_clock_that_is_moved_by_hand_moves_both(database: Database) -> None:
    clock = HandClock()
    clock.now += timedelta(days=8)
    assert await DatabaseClock(database, clock).agreed() == clock.now
