"""A stage for owner, intruder and thief: the application over HTTP, mailboxes, and a clock that moves everything alike.

The process's clock and the database's `now()` are one: a schema that is searched before `pg_catalog` has a `now()` that
goes by a row.
"""

import base64
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from itertools import count

import asyncpg
import httpx
from fastapi import FastAPI
from pyotp import TOTP

from doorstep.assembly import Services, assemble
from doorstep.kit.database import Database
from doorstep.main import join
from doorstep.passkeys.gateway import party
from doorstep.passkeys.models import CreationOptions, RequestOptions
from doorstep.settings import Settings
from tests.builders import GOOD_PASSWORD, SECRET, HandClock
from tests.letterbox import words
from tests.passkeys.authenticator import Authenticator

ORIGIN = "http://localhost:8000"
SAME_ORIGIN = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
AUTH, ME = "/api/v1/auth", "/api/v1/users/me"
NEW_PASSWORD = "eleven loud geese at dusk"
ADDRESS = {
    "recipient": "Mallory",
    "line1": "1 Elsewhere",
    "line2": "",
    "postal_code": "1000",
    "city": "Elsewhere",
    "region": "",
    "country": "NO",
}
_numbers = count(1)

MOVE_DATABASE = """
CREATE SCHEMA IF NOT EXISTS hand_clock;
CREATE TABLE IF NOT EXISTS hand_clock.moved (by interval NOT NULL);
INSERT INTO hand_clock.moved SELECT interval '0' WHERE NOT EXISTS (SELECT FROM hand_clock.moved);
CREATE OR REPLACE FUNCTION hand_clock.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.now() + by FROM hand_clock.moved';
"""


class Stage:
    """The application, its clock and its mailboxes."""

    def __init__(self, app: FastAPI, services: Services, database: Database, clock: HandClock) -> None:
        self.app = app
        self.services = services
        self.database = database
        self.clock = clock
        self._mails: dict[str, list[str]] = {}
        self._opened: list[httpx.AsyncClient] = []

    def browser(self, *, agent: str = "Mozilla/5.0 (X11; Linux) Firefox/140", network: str | None = None) -> "Browser":
        """A browser that nobody has used before, in a network of its own."""
        number = next(_numbers)
        address = network or f"198.51.{number // 250 % 250}.{number % 250 + 1}"
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, client=(address, 40_000)),
            base_url=ORIGIN,
            headers=SAME_ORIGIN | {"User-Agent": agent},
        )
        self._opened.append(client)
        return Browser(self, client)

    async def close(self) -> None:
        """Close all browsers."""
        for client in self._opened:
            await client.aclose()
        self._opened.clear()

    async def later(self, by: timedelta) -> None:
        """Time goes on, in the process and in the database, and the keys are looked after."""
        self.clock.now += by
        await self.move_database()
        await self.services.ring.load()

    async def move_database(self) -> None:
        """Let the database's `now()` be the process's."""
        async with self.database.connection() as connection:
            await connection.execute("UPDATE hand_clock.moved SET by = $1 - pg_catalog.now()", self.clock.now)

    async def purge(self) -> None:
        """What each process does every ten minutes."""
        await self.services.upkeep.purge()

    async def mails(self, to: str) -> list[str]:
        """Subject and text of all mails to this address so far, oldest first; what waits is sent first."""
        await self.deliver()
        return self._mails.get(to, [])

    async def deliver(self) -> None:
        """Send what waits, and sort it into the mailboxes."""
        while await self.services.recovery.answer_one():
            pass
        while await self.services.outbox.send_due():
            pass
        for path in sorted(self.services.settings.mail_folder.glob("*.eml")):
            mail = message_from_bytes(path.read_bytes(), policy=default)
            self._mails.setdefault(str(mail["To"]), []).append(words(mail))
            path.unlink()

    async def links(self, to: str, act: str) -> list[str]:
        """The tokens of all links of this kind in that mailbox: `verify/#not-me=`, `reset/#` and so on."""
        await self.deliver()
        return self.links_in(to, act)

    def links_in(self, to: str, act: str) -> list[str]:
        """The same of what was delivered so far."""
        pattern = re.compile(rf"/{re.escape(act)}([A-Za-z0-9_-]+)")
        return [found[1] for mail in self._mails.get(to, []) for found in pattern.finditer(mail)]

    async def link(self, to: str, act: str) -> str:
        """The newest of them."""
        return (await self.links(to, act))[-1]

    async def scalar(self, statement: str, *arguments: object) -> object:
        """One value straight from the database."""
        async with self.database.connection() as connection:
            return await connection.fetchval(statement, *arguments)

    async def owner(self, email: str, password: str = GOOD_PASSWORD) -> "Browser":
        """A user who has signed up, verified the address, and come back once: a browser that is known."""
        laptop = self.browser(agent="Mozilla/5.0 (Macintosh) Safari/605")
        await laptop.sign_up(email, password)
        await laptop.press("verify-email", await self.link(email, "verify/#"))
        await self.later(timedelta(minutes=1))
        await laptop.log_in(email, password)
        return laptop


class Browser:
    """One browser: its cookies, the access token of its page, and what its user can do in it."""

    def __init__(self, stage: Stage, client: httpx.AsyncClient) -> None:
        self.stage = stage
        self.client = client
        self.token: str | None = None

    async def send(self, method: str, path: str, body: object = None) -> httpx.Response:
        """A request of the page, with its token where it has one."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return await self.client.request(method, path, json=body, headers=headers)

    async def post(self, path: str, body: object = None) -> httpx.Response:
        """The same by POST; the body is an empty object unless it is given."""
        return await self.send("POST", path, {} if body is None else body)

    def entered(self, answer: httpx.Response) -> httpx.Response:
        """Keep the access token, where one was answered."""
        if answer.is_success and answer.content and "access_token" in answer.json():
            self.token = answer.json()["access_token"]
        return answer

    async def sign_up(self, email: str, password: str = GOOD_PASSWORD) -> httpx.Response:
        return self.entered(await self.post(f"{AUTH}/signup", {"email": email, "password": password}))

    async def log_in(self, email: str, password: str = GOOD_PASSWORD, secret: str | None = None) -> httpx.Response:
        """The whole log-in, with the code of an app where it is asked for and the secret is known."""
        body = {"email": email, "password": password, "remember": True}
        answer = self.entered(await self.post(f"{AUTH}/login", body))
        if answer.status_code == 401 and secret is not None and "ticket" in answer.json():
            step = {"ticket": answer.json()["ticket"], "code": self.code(secret)}
            return self.entered(await self.post(f"{AUTH}/login/totp", step))
        return answer

    async def refresh(self) -> httpx.Response:
        return self.entered(await self.post(f"{AUTH}/refresh"))

    async def is_in(self) -> bool:
        """Whether this browser is signed in: by its token, or by its cookie."""
        me = await self.send("GET", ME)
        return me.status_code == 200 or (await self.refresh()).status_code == 200

    def code(self, secret: str, steps: int = 0) -> str:
        """What an authenticator app shows now."""
        return TOTP(secret).at(self.stage.clock.now + timedelta(seconds=30 * steps))

    async def turn_app_on(self) -> str:
        """An authenticator app, confirmed; its secret."""
        begun = await self.post(f"{ME}/factors/totp")
        assert begun.status_code == 201, begun.text
        secret: str = begun.json()["secret"]
        done = await self.post(f"{ME}/factors/totp/confirm", {"code": self.code(secret)})
        assert done.status_code == 200, done.text
        return secret

    async def add_passkey(self, name: str = "mine") -> Authenticator:
        """A passkey of this user, made in this session."""
        device = Authenticator()
        assert (answer := await self.make_passkey(device, name)).status_code == 201, answer.text
        return device

    async def make_passkey(self, device: Authenticator, name: str = "mine") -> httpx.Response:
        """Ask for the options, make it, and send it; the answer to the first of them that is refused."""
        options = await self.post("/api/v1/passkey-options")
        if options.status_code != 200:
            return options
        return await self.post("/api/v1/passkeys", _registration(device, options) | {"name": name})

    async def registration(self, device: Authenticator) -> dict[str, str]:
        """What this passkey answers to the options of this session."""
        return _registration(device, await self.post("/api/v1/passkey-options"))

    async def assertion(self, device: Authenticator, path: str) -> dict[str, str | None]:
        """What this passkey answers to the options that are had there."""
        told = (await self.post(path)).json()
        used = device.use(RequestOptions(_raw(told["challenge"]), _PARTY, ()))
        return {
            "credential_id": used.credential_id,
            "client_data": used.client_data,
            "authenticator_data": used.authenticator_data,
            "signature": used.signature,
            "user_handle": used.user_handle,
        }

    async def log_in_by(self, device: Authenticator) -> httpx.Response:
        """A log-in by that passkey."""
        used = await self.assertion(device, f"{AUTH}/passkey/options")
        return self.entered(await self.post(f"{AUTH}/passkey", used))

    async def ask_new_email(self, email: str) -> httpx.Response:
        return await self.post(f"{ME}/email", {"email": email})

    async def move(self, email: str) -> httpx.Response:
        """Another address, asked for here and confirmed from its mailbox."""
        asked = await self.ask_new_email(email)
        if asked.status_code != 202:
            return asked
        token = await self.stage.link(email, "verify/#change=")
        return await self.stage.browser().post(f"{AUTH}/confirm-email", {"token": token})

    async def save_profile(self, name: str, address: dict[str, str] | None) -> httpx.Response:
        return await self.send("PUT", f"{ME}/profile", {"name": name, "shipping_address": address})

    async def delete_account(self) -> httpx.Response:
        return await self.send("DELETE", ME)

    async def press(self, act: str, token: str) -> httpx.Response:
        """The button behind a mailed link: `not-me`, `undo-email`, `keep`."""
        return await self.post(f"{AUTH}/{act}", {"token": token})

    async def verify(self, token: str) -> httpx.Response:
        """The button that verifies the address, by who says that they signed up."""
        return await self.post(f"{AUTH}/verify-email", {"token": token, "signed_up": True})

    async def reset(self, token: str | None, password: str = NEW_PASSWORD) -> httpx.Response:
        return await self.post(f"{AUTH}/reset", {"token": token, "password": password})

    async def forgot(self, email: str) -> httpx.Response:
        return await self.post(f"{AUTH}/forgot", {"email": email})


_PARTY = party(ORIGIN, "Doorstep")


def _registration(device: Authenticator, options: httpx.Response) -> dict[str, str]:
    told = options.json()
    made = device.make(
        CreationOptions(_raw(told["challenge"]), _PARTY, _raw(told["user"]["id"]), told["user"]["name"], ())
    )
    return {"client_data": made.client_data, "attestation": made.attestation}


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@asynccontextmanager
async def staged(dsn: str, settings: Settings, clock: HandClock) -> AsyncIterator[Stage]:
    """The application over this database, without workers: mails leave and rows are purged when a test says so."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(MOVE_DATABASE)
        name = await connection.fetchval("SELECT current_database()")
        await connection.execute(f'ALTER DATABASE "{name}" SET search_path = hand_clock, public, pg_catalog')
    finally:
        await connection.close()
    database = Database(dsn, connections=8)
    await database.open()
    services = assemble(settings, database, SECRET.encode(), clock)
    app = join(settings, services, SECRET.encode())
    stage = Stage(app, services, database, clock)
    try:
        await stage.move_database()
        await services.ring.load()
        yield stage
    finally:
        await stage.close()
        await database.close()
        services.close()


def addresses() -> Iterator[tuple[str, str]]:
    """Addresses that nobody had: an owner's and one of somebody else's."""
    while True:
        number = next(_numbers)
        yield f"owner{number}@example.org", f"thief{number}@evil.example"
