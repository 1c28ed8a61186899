"""Sends one mail through a server, as the product does."""

from pathlib import Path
from typing import Self

from doorstep.kit.database import Database
from doorstep.mail import letters
from doorstep.mail.models import Status
from doorstep.settings import MailSecurity, MailSettings
from tests.builders import HandClock, settings_for
from tests.world import World, world_over

LETTER = letters.reset_password("https://example.org/reset/#token", 60)
SECRET_PASSWORD = "pass-9431-word"
PLAIN = {"smtp_host": "127.0.0.1", "smtp_security": MailSecurity.NONE, "sender": "door@example.org"}


class Sender:
    """Sends one mail to a port, and tells how it stands."""

    def __init__(self, dsn: str, database: Database, clock: HandClock, folder: Path) -> None:
        self._dsn, self._database, self._clock, self._folder = dsn, database, clock, folder
        self._worlds: list[World] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for world in self._worlds:
            world.services.close()

    async def told(self, port: int, to: str = "ada@example.org", **changes: object) -> Status:
        mail = MailSettings.model_validate(PLAIN | {"smtp_port": port, "smtp_timeout": "PT2S"} | changes)
        world = await world_over(self._database, self._clock, settings_for(self._dsn, self._folder, mail=mail))
        self._worlds.append(world)
        async with world.database.transaction() as tx:
            await world.services.outbox.put(tx, to, LETTER)
        await world.services.outbox.send_due()
        [status] = await world.services.outbox.statuses(sent_too=True)
        assert status.last_error is None or SECRET_PASSWORD not in status.last_error
        return status
