"""The sealed mails of the outbox, while the master secret is changed: which key opens them, and sealing anew."""

from uuid import UUID

from doorstep.kit.database import Connection
from doorstep.kit.sealing import Sealer, Sorted
from doorstep.mail import queries


def place(mail_id: UUID) -> str:
    """Where the text of this mail is sealed to."""
    return f"outbox/{mail_id}"


class SealedMails:
    """Goes through all of them by id, with the sealer that opens what is under a former secret, too."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def count(self, connection: Connection) -> int:
        """How many there are: those that wait or were given up."""
        return await queries.count_sealed(connection)

    async def after(self, connection: Connection, last: UUID, most: int) -> Sorted[UUID]:
        """The next ones after that mail, at most so many."""
        return self._sealer.sort(await queries.sealed_after(connection, last, most), place)

    async def seal_anew(self, connection: Connection, batch: Sorted[UUID]) -> int:
        """Put the renewed ones in place, but where a mail was sent since it was read; how many."""
        return await queries.seal_anew(connection, batch.former)
