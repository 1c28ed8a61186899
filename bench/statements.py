"""A statement to a database of the bench's, over a connection of its own."""

import asyncio
from typing import TypeAlias

import asyncpg

Rows: TypeAlias = "list[asyncpg.Record]"


def told(dsn: str, statement: str, *arguments: object) -> Rows:
    """The rows that it gives; it may take as long as it likes."""

    async def tell() -> Rows:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetch(statement, *arguments)
        finally:
            await connection.close()

    return asyncio.run(tell())
