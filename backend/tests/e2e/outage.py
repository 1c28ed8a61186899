"""A product whose database can be taken away and given back, as a network does it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

from tests.builders import SECRET
from tests.cli.process import free_port
from tests.cluster import Cluster
from tests.e2e.product import Product, running
from tests.e2e.relay import Relay, Streams


@asynccontextmanager
async def product_with_a_wire(cluster: Cluster, home: Path) -> AsyncIterator[tuple[Product, Relay]]:
    """A product, and the wire between it and its database."""
    async with cluster.migrated_database() as dsn:
        parts = urlsplit(dsn)
        folder = parse_qs(parts.query).get("host")

        async def reach() -> Streams:
            if folder:
                return await asyncio.open_unix_connection(f"{folder[0]}/.s.PGSQL.5432")
            return await asyncio.open_connection(parts.hostname, parts.port or 5432)

        wire = Relay(free_port(), reach)
        await wire.up()
        userinfo = parts.netloc.rpartition("@")[0]
        by_wire = urlunsplit(parts._replace(netloc=f"{userinfo}@127.0.0.1:{wire.port}", query=""))
        try:
            async with running(home, DOORSTEP_DATABASE_URL=by_wire, DOORSTEP_SECRET=SECRET) as product:
                yield product, wire
        finally:
            await wire.down()
