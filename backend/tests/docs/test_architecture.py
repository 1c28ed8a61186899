"""docs/architecture.md shows every storey where `make lint` holds it, and every table that there is."""

import re
from configparser import ConfigParser

from doorstep.kit.database import Database
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def named(heading: str) -> list[str]:
    """What the first cells of the table under a heading name, from above."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


def test_every_storey_is_told_and_no_higher_one_below() -> None:
    rules = ConfigParser()
    rules.read(ROOT / "backend/.importlinter", encoding="utf-8")
    layers = rules["importlinter:contract:storeys"]["layers"].split("\n")
    height = {name.strip(): -number for number, layer in enumerate(layers) for name in layer.split("|") if name.strip()}
    told = named("Storeys and rooms")
    assert sorted(told) == sorted(height)
    assert told == sorted(told, key=height.__getitem__, reverse=True)


async def test_every_table_is_told(database: Database) -> None:
    rows = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert sorted(named("Data")) == sorted({row["tablename"] for row in rows} - {"alembic_version"})
