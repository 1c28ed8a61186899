"""Connecting to one of the hosts of a URL, each with a time-out of its own.

asyncpg takes several hosts, and has one time-out for them together: a first host that is frozen uses it up, and the
second, which is the primary by now, is never asked.
"""

from typing import Any, Final

import asyncpg

from doorstep.kit.database_hosts import one_by_one
from doorstep.kit.pool import Connection

SECONDS: Final = 5.0
"""For one host."""

# After these the next host is asked. A wrong password is the same everywhere.
_NEXT: Final = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,
)

_UNFIT: Final = asyncpg.TargetServerAttributeNotMatched


class Hosts:
    """The hosts of one URL, asked in their order, beginning with the one that answered last."""

    def __init__(self, dsn: str, *, seconds: float = SECONDS) -> None:
        self._dsn = dsn
        self._seconds = seconds
        self._answered: str | None = None

    async def connect(self, **options: Any) -> Connection:  # noqa: ANN401 -- asyncpg's own options
        """A connection. Raises ValueError for what is no URL, and otherwise what the last host did.

        Where one answered and did not have the `target_session_attrs` that the URL asks for, that is raised rather than
        that another was away.
        """
        refusals: list[Exception] = []
        for url in sorted(one_by_one(self._dsn), key=lambda each: each != self._answered):
            try:
                connection: Connection = await asyncpg.connect(url, timeout=self._seconds, **options)
            except _NEXT as refusal:
                refusals.append(refusal)
            else:
                self._answered = url
                return connection
        raise next((each for each in refusals if isinstance(each, _UNFIT)), refusals[-1])

    def start_over(self) -> None:
        """Ask in the order of the URL again: the one that answered last was lost, or takes no writes any more."""
        self._answered = None
