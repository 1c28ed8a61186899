"""The product as people meet it: `doorstep serve` in a process of its own, and people who have an account there."""

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.builders import GOOD_PASSWORD, SECRET
from tests.cli.process import Served, command, free_port
from tests.cluster import Cluster
from tests.letterbox import kept, link_token, words
from tests.waiting import wait_for

# All tests come from one address, and most of them are not about floods.
SETTINGS: Mapping[str, str] = {"DOORSTEP_DEMO": "0", "DOORSTEP_THROTTLE__NETWORK_FREE": "0"}
# Chromium's. Root may not use its sandbox; nothing but the pages themselves shall talk to the network.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    email: str
    password: str = GOOD_PASSWORD


def somebody() -> Person:
    """Somebody who has no account yet."""
    return Person(f"ada-{next(_numbers)}@example.org")


class Product:
    """A running server; `settings` are its `DOORSTEP_*` variables."""

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        self._home = home
        self._settings = {**SETTINGS, "DOORSTEP_PORT": str(free_port()), **settings}
        self.port = int(self._settings["DOORSTEP_PORT"])
        self.origin = self._settings.get("DOORSTEP_PUBLIC_URL", f"http://localhost:{self.port}")
        self._served: Served | None = None

    @property
    def mail_folder(self) -> Path:
        """Where its mails are kept as files."""
        return self._home / "data" / "mails"

    async def start(self) -> None:
        """Serve, on the same port and data each time."""
        self._served = Served(self._home, self._settings)
        self._served.port = self.port
        await asyncio.to_thread(self._served.wait_until_ready)

    async def stop(self) -> int:
        """End the process by SIGTERM; its exit code, 0 too when it was not running."""
        served, self._served = self._served, None
        return 0 if served is None else await asyncio.to_thread(served.stop, signal.SIGTERM)

    async def member(self) -> Person:
        """Somebody with an account and no subscription."""
        person = somebody()
        await self.sign_up(person)
        return person

    async def sign_up(self, person: Person) -> None:
        """Make an account, by the API."""
        assert self._served is not None
        body = {"email": person.email, "password": person.password}
        answer = await asyncio.to_thread(self._served.ask, "/api/v1/auth/signup", body)
        assert answer is not None
        assert answer.status == 201, answer.body

    async def verify(self, token: str) -> None:
        """Press the button behind a mailed link that verifies an address, by the API."""
        assert self._served is not None
        answer = await asyncio.to_thread(
            self._served.ask, "/api/v1/auth/verify-email", {"token": token, "signed_up": True}
        )
        assert answer is not None
        assert answer.status == 204, answer.body

    async def verified_subscriber(self) -> Person:
        """The same as `subscriber`, who has read the mail that came with the sign-up, kept as a file here."""
        person = await self.subscriber()

        def token() -> str | None:
            found = [words(mail) for mail in kept(self.mail_folder) if mail["To"] == person.email]
            return link_token(found[0], "verify") if found else None

        await self.verify(await asyncio.to_thread(wait_for, token, "the mail that came with the sign-up"))
        return person

    async def subscriber(self) -> Person:
        """Somebody with an account and a subscription."""
        person = await self.member()
        await self.grant(person)
        return person

    async def grant(self, person: Person) -> None:
        """Give a subscription as the operator does."""
        granting = ("subscriptions", "grant", person.email)
        done = await asyncio.to_thread(lambda: command(*granting, cwd=self._home, **self._settings))
        assert done.returncode == 0, done.stderr


@asynccontextmanager
async def running(home: Path, **settings: str) -> AsyncIterator[Product]:
    """A product that serves while the block runs; with a data directory of its own unless `settings` say otherwise."""
    product = Product(home, settings)
    try:
        await product.start()
        yield product
    finally:
        await product.stop()


@asynccontextmanager
async def running_on(cluster: Cluster, home: Path, **settings: str) -> AsyncIterator[Product]:
    """A product on a database of its own in the tests' cluster."""
    async with cluster.migrated_database() as dsn:
        own = {"DOORSTEP_DATABASE_URL": dsn, "DOORSTEP_SECRET": SECRET, **settings}
        async with running(home, **own) as product:
            yield product
