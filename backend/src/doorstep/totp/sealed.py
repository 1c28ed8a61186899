"""The sealed secrets of authenticator apps while the master secret is changed: what opens them, and sealing anew."""

from uuid import UUID

from doorstep.kit.database import Connection
from doorstep.kit.sealing import Sealer, Sorted
from doorstep.totp import queries


def place(user_id: UUID) -> str:
    """Where the secret of this user is sealed to."""
    return f"totp/{user_id}"


class SealedAuthenticators:
    """Goes through all of them by user, with the sealer that opens what is under a former secret, too."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def count(self, connection: Connection) -> int:
        """How many there are."""
        return await queries.count(connection)

    async def after(self, connection: Connection, last: UUID, most: int) -> Sorted[UUID]:
        """The next ones after that user, at most so many."""
        return self._sealer.sort(await queries.sealed_after(connection, last, most), place)

    async def seal_anew(self, connection: Connection, batch: Sorted[UUID]) -> int:
        """Put the renewed ones in place, but where a row has changed since it was read; how many."""
        return await queries.seal_anew(connection, batch.former)
