"""Every table that says whose a row is: taken from by an eviction, or left alone for a reason."""

from doorstep.eviction.models import Part
from doorstep.eviction.queries import EXCUSED, TABLES
from tests.takeover.stage import Stage

OF_USERS = """
SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'user_id'
"""


async def unaccounted(stage: Stage) -> set[str]:
    async with stage.database.connection() as connection:
        found = {row["table_name"] for row in await connection.fetch(OF_USERS)}
    return found ^ (set(TABLES) | set(EXCUSED))


async def test_every_table_of_users_is_taken_from_or_excused(stage: Stage) -> None:
    assert await unaccounted(stage) == set()
    assert not set(TABLES) & set(EXCUSED)
    assert all(EXCUSED.values())


async def test_a_later_table_cannot_be_forgotten(stage: Stage) -> None:
    await stage.scalar("CREATE TABLE public.gifts (id uuid, user_id uuid)")
    assert await unaccounted(stage) == {"gifts"}


def test_the_parts_of_the_tables_are_all_parts_but_those_of_the_user_itself() -> None:
    named = {part for parts in TABLES.values() for part in parts.split(", ")}
    assert {Part(part) for part in named} == set(Part) - {Part.DELETION}
