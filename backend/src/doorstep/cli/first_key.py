"""Before serving: there is a signing key, and our secret opens it."""

import asyncio
from contextlib import suppress

from doorstep.cli.operator import operator
from doorstep.cli.preparation import Prepared
from doorstep.kit.database import DatabaseUnavailable
from doorstep.kit.sealing import SealBroken
from doorstep.kit.startup import StartupRefused


def check_keys(ready: Prepared) -> None:
    """Load the signing keys once. Raises StartupRefused when they were sealed with another secret."""
    try:
        asyncio.run(_load(ready))
    except SealBroken as broken:
        given = ready.settings.secret is not None
        where = "DOORSTEP_SECRET" if given else f"The secret in {ready.settings.data_dir}"
        raise StartupRefused(
            f"{where} does not open the signing keys in this database: put back the one they were sealed with, or set "
            "it beside this one as DOORSTEP_SECRET_FALLBACKS. If it is lost, run `doorstep secret rotate --lost`."
        ) from broken


async def _load(ready: Prepared) -> None:
    async with operator(ready) as services:
        with suppress(DatabaseUnavailable):  # the server itself waits for a database that comes back
            await services.ring.load()
