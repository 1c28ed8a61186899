"""Servers of commit 5ce81d1 at work: their statements, round after round, on connections as theirs were."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg

from doorstep.kit import base64url
from doorstep.kit.entropy import new_id, random_bytes
from doorstep.kit.sealing import Sealer
from doorstep.kit.secret import derive
from tests.builders import SECRET
from tests.upgrades import old_statements as old
from tests.upgrades.held import BROWSERS, HELD, WRITTEN_AT, session_of
from tests.upgrades.revisions import PATIENCE, Connection

Round: TypeAlias = Callable[[Connection], Awaitable[None]]

LONGEST_WAIT = "2s"
"""A statement that waits longer for a lock fails, and the test with it. The old servers themselves wait for ten."""

_LONG_AGO = WRITTEN_AT - timedelta(days=1)
"""When the mails are written that they send: so they leave alone what the dump has in its outbox."""
_SEALER = Sealer(derive(SECRET.encode(), "outbox"))
_AN_HOUR = timedelta(hours=1)


@dataclass
class Refreshing:
    """A browser that comes back again and again."""

    session_id: UUID
    secret: bytes
    generation: int = 1


class OldServers:
    """What they have done so far. `refreshing` are browsers of theirs whose refresh token changes with each round."""

    def __init__(self) -> None:
        self.user_id = new_id(WRITTEN_AT)
        self.refreshing: list[Refreshing] = []
        self._device = new_id(WRITTEN_AT)
        self._rounds: dict[Round, int] = {}
        self._one_more = asyncio.Condition()
        self.acts: tuple[Round, ...] = (
            self._refresh,
            self._look,
            self._log_in,
            self._log_in_elsewhere,
            self._follow_a_link,
            self._send,
        )

    async def rounds(self, more: int) -> None:
        """Wait until each of their connections has done so many rounds more."""
        goals = {act: self._rounds.get(act, 0) + more for act in self.acts}
        async with asyncio.timeout(PATIENCE), self._one_more:
            await self._one_more.wait_for(lambda: all(self._rounds.get(act, 0) >= goal for act, goal in goals.items()))

    async def begin(self, connection: Connection) -> None:
        """Somebody signs up with them, in three browsers."""
        email = "old@example.org"
        assert await connection.fetchval(old.INSERT_USER, self.user_id, email, email, "a hash", WRITTEN_AT)
        for _ in range(3):
            await self._admit(connection, self._device)

    async def work(self, dsn: str, act: Round, stopped: asyncio.Event) -> None:
        """Round after round of one act, on one connection."""
        connection = await connected(dsn)
        try:
            while not stopped.is_set():
                await act(connection)
                async with self._one_more:
                    self._rounds[act] = self._rounds.get(act, 0) + 1
                    self._one_more.notify_all()
        finally:
            await connection.close()

    async def _refresh(self, connection: Connection) -> None:
        rows = await connection.fetch(
            old.ROTATE,
            [browser.session_id for browser in self.refreshing],
            [browser.generation for browser in self.refreshing],
            ["203.0.113.7" for _ in self.refreshing],
            WRITTEN_AT,
            WRITTEN_AT + _AN_HOUR,
            WRITTEN_AT + _AN_HOUR,
        )
        generations = {row["id"]: row["generation"] for row in rows}
        for browser in self.refreshing:
            assert generations[browser.session_id] == browser.generation + 1
            browser.generation += 1

    async def _look(self, connection: Connection) -> None:
        asked = [session_of(browser["refresh_token"]) for browser in BROWSERS.values()]
        found = await connection.fetch(old.SELECT_SIGNED_IN, asked, WRITTEN_AT)
        assert {row["session_id"] for row in found} == set(asked)

    async def _log_in(self, connection: Connection) -> None:
        subjects = [hashlib.sha256(name).digest() for name in (b"e-mail", b"device", b"network")]
        minutes = timedelta(minutes=1)
        opened = await connection.fetchrow(
            old.OPEN_ATTEMPT,
            "old@example.org",
            self._device,
            *subjects,
            WRITTEN_AT,
            None,
            None,
            *(5, minutes, 100, 20, 100, minutes, minutes),
        )
        assert opened is not None
        assert (opened["id"], opened["known_device"], opened["admitted"]) == (self.user_id, True, True)
        await self._admit(connection, self._device, forgiven=(subjects[2], subjects[1]), kept=False)

    async def _log_in_elsewhere(self, connection: Connection) -> None:
        """A new browser: the owner's mail and its token are written in one transaction with the session."""
        async with connection.transaction():
            session_id = await self._admit(connection, new_id(WRITTEN_AT), kept=False)
            token = random_bytes(32)
            await connection.execute(
                old.INSERT_TOKEN,
                new_id(WRITTEN_AT),
                hashlib.sha256(token).digest(),
                None,
                "not_me",
                self.user_id,
                session_id,
                "old@example.org",
                WRITTEN_AT,
                WRITTEN_AT + _AN_HOUR,
            )
            await put_mail(connection, "old@example.org", written_at=_LONG_AGO)

    async def _follow_a_link(self, connection: Connection) -> None:
        """The token is read before the user's row is held: tables in another order than at a log-in."""
        token_hash = hashlib.sha256(base64url.decode(HELD["undo"]["token"])).digest()
        async with connection.transaction():
            token = await connection.fetchrow(old.SELECT_TOKEN, token_hash, "undo_new_email")
            assert token is not None
            assert await connection.fetchrow(old.LOCK_CREDENTIALS, token["user_id"])
            await connection.execute(old.INSERT_EVENT, *_event(token["user_id"], "old_link_followed"))

    async def _send(self, connection: Connection) -> None:
        taken = await connection.fetch(old.TAKE_DUE, _LONG_AGO, _LONG_AGO + _AN_HOUR, 10)
        for mail in taken:
            assert json.loads(_SEALER.open(mail["sealed_letter"], f"outbox/{mail['id']}"))
            await connection.execute(old.MARK_SENT, mail["id"], _LONG_AGO)

    async def _admit(
        self, connection: Connection, device_id: UUID, *, forgiven: tuple[bytes, bytes] = (b"", b""), kept: bool = True
    ) -> UUID:
        """A session; `kept` ones are refreshed from then on."""
        browser = Refreshing(new_id(WRITTEN_AT), random_bytes(32))
        ends = (WRITTEN_AT + _AN_HOUR, WRITTEN_AT + timedelta(days=1))
        event_id, at, kind, outcome, _, _, address, program, request, detail = _event(self.user_id, "login")
        is_new = await connection.fetchval(
            old.ADMIT,
            *(self.user_id, 1, device_id, WRITTEN_AT, browser.session_id, browser.secret, False, ["pwd"]),
            *(*ends, address, program, event_id, at, kind, outcome, request, detail, *forgiven),
        )
        assert is_new is not None
        if kept:
            self.refreshing.append(browser)
        return browser.session_id


def _event(user_id: UUID, kind: str) -> tuple[object, ...]:
    return (new_id(WRITTEN_AT), WRITTEN_AT, kind, "success", user_id, None, "203.0.113.7", "Firefox", None, "{}")


async def connected(dsn: str) -> Connection:
    """A connection as those of the old servers, but for its patience."""
    return await asyncpg.connect(
        dsn, server_settings={"plan_cache_mode": "force_generic_plan", "lock_timeout": LONGEST_WAIT}
    )


async def put_mail(connection: Connection, recipient: str, *, written_at: datetime = WRITTEN_AT) -> None:
    """A mail, written as the old servers write it: a letter that opens."""
    mail_id = new_id(written_at)
    letter = {
        "kind": "new_device",
        "subject": "A subject of old",
        "paragraphs": ["A sentence of old."],
        "code": None,
        "link_label": None,
        "link": None,
        "closing": "",
    }
    sealed = _SEALER.seal(json.dumps(letter).encode(), f"outbox/{mail_id}")
    await connection.execute(old.INSERT_MAIL, mail_id, "new_device", recipient, None, sealed, written_at)


@asynccontextmanager
async def old_servers(dsn: str) -> AsyncIterator[OldServers]:
    """They are at work while the block runs. What one of them meets, a lock not had in time for one, ends the block."""
    servers, stopped = OldServers(), asyncio.Event()
    connection = await connected(dsn)
    try:
        await servers.begin(connection)
    finally:
        await connection.close()
    async with asyncio.TaskGroup() as group:
        for act in servers.acts:
            group.create_task(servers.work(dsn, act, stopped))
        await servers.rounds(5)  # from then on their statements are prepared, and planned
        yield servers
        stopped.set()
