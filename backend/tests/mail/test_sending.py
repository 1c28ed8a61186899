"""Sending to a real mail server: taken, refused, put off, away, slow; and never twice."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from pydantic import ValidationError

from doorstep.brand import brand
from doorstep.kit.database import Database
from doorstep.mail import letters, policy, queries
from doorstep.mail.models import Letter, MailKind, Status
from doorstep.settings import MailSecurity, MailSettings
from doorstep.users.policy import normalise_email
from tests.builders import HandClock, settings_for
from tests.letterbox import kept
from tests.mail.server import Postbox, certificate, mail_server
from tests.world import World, world_over

Maker = Callable[..., Awaitable[World]]

LETTER = letters.reset_password("https://example.org/reset/#token", 60)
SECOND = timedelta(seconds=1)
PLAIN = {"smtp_host": "127.0.0.1", "smtp_security": MailSecurity.NONE, "sender": "door@example.org"}


@pytest.fixture
def world_with(dsn: str, database: Database, clock: HandClock, tmp_path: Path) -> Iterator[Maker]:
    """Makes worlds whose mails go to a port; each is a process of its own as far as mails are concerned."""

    worlds: list[World] = []

    async def make(port: int, **changes: object) -> World:
        mail = MailSettings.model_validate(PLAIN | {"smtp_port": port} | changes)
        made = await world_over(database, clock, settings_for(dsn, tmp_path, mail=mail))
        worlds.append(made)
        return made

    yield make
    for made in worlds:
        made.services.close()


@dataclass(frozen=True, slots=True)
class LaterLetter(Letter):
    """A letter as another version writes it."""

    greeting: str = "Dear Ada"


async def put(world: World, recipient: str = "ada@example.org", letter: Letter = LETTER) -> None:
    async with world.database.transaction() as tx:
        await world.services.outbox.put(tx, recipient, letter)


async def status(world: World) -> Status:
    [one] = await world.services.outbox.statuses(sent_too=True)
    return one


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


async def test_a_mail_arrives_and_what_it_said_is_forgotten(world_with: Maker) -> None:
    postbox = Postbox()
    async with mail_server(postbox) as port:
        world = await world_with(port)
        await put(world)
        assert await world.services.outbox.send_due() == 1
        assert await world.services.outbox.send_due() == 0
    [(sender, recipient, content)] = postbox.taken
    assert (sender, recipient) == ("door@example.org", "ada@example.org")
    parsed = message_from_bytes(content, policy=default)
    assert parsed["To"] == "ada@example.org"
    assert parsed["Subject"] == f"Choose a new password · {brand().name}"
    assert await world.scalar("SELECT sealed_letter FROM outbox") is None
    assert (await status(world)).sent_at is not None


@pytest.mark.parametrize("address", ["o'hara+x!#$%&*/^_`{|}~@example.org", "grüße@bücher.example", "A.b@EXAMPLE.org"])
async def test_the_envelope_is_the_address_as_it_was_typed(world_with: Maker, address: str) -> None:
    assert normalise_email(address) == address
    postbox = Postbox()
    async with mail_server(postbox) as port:
        world = await world_with(port)
        await put(world, address)
        await world.services.outbox.send_due()
    assert [recipient for _, recipient, _ in postbox.taken] == [address]


@pytest.mark.asvs("v5.0.0-12.3.1")
async def test_starttls_and_a_login(world_with: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    postbox = Postbox()
    async with mail_server(postbox, context, auth=True) as port:
        login = {"smtp_security": MailSecurity.STARTTLS, "smtp_username": "door", "smtp_password": "right"}
        world = await world_with(port, **login)
        await put(world)
        await world.services.outbox.send_due()
    assert len(postbox.taken) == 1
    assert postbox.encrypted == [True]
    assert postbox.logins == [(b"door", b"right")]


@pytest.mark.parametrize("offers_tls", [True, False])
async def test_nothing_leaves_to_a_server_that_cannot_show_who_it_is(
    world_with: Maker, tmp_path: Path, *, offers_tls: bool
) -> None:
    context = certificate(tmp_path)[1] if offers_tls else None
    postbox = Postbox()
    async with mail_server(postbox, context) as port:
        world = await world_with(port, smtp_security=MailSecurity.STARTTLS)
        await put(world)
        await world.services.outbox.send_due()
    assert postbox.taken == []
    told = await status(world)
    assert (told.sent_at, told.dead_at) == (None, None)


async def test_our_own_wrong_password_gives_no_mail_up(
    world_with: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    postbox = Postbox()
    async with mail_server(postbox, context, auth=True) as port:
        login = {"smtp_security": MailSecurity.STARTTLS, "smtp_username": "door", "smtp_password": "wrong"}
        world = await world_with(port, **login)
        await put(world)
        await world.services.outbox.send_due()
    told = await status(world)
    assert told.dead_at is None
    assert told.last_error == (
        "The mail server refuses the log-in (535 5.7.8): "
        "correct DOORSTEP_MAIL__SMTP_USERNAME and DOORSTEP_MAIL__SMTP_PASSWORD."
    )


async def test_a_refused_recipient_is_given_up_until_an_operator_says_otherwise(
    world_with: Maker,
) -> None:
    postbox = Postbox(to_recipient="550 no such user here")
    async with mail_server(postbox) as port:
        world = await world_with(port)
        await put(world)
        await world.services.outbox.send_due()
        told = await status(world)
        sentence = "The recipient's address does not exist or takes no mail (550)."
        assert (told.dead_at, told.last_error) == (world.clock.now, sentence)
        assert await world.services.outbox.dead() == 1
        world.clock.advance(days=3)
        assert await world.services.outbox.send_due() == 0
        postbox.to_recipient = "250 OK"
        assert await world.services.outbox.retry(told.id) == 1
        await world.services.outbox.send_due()
    assert len(postbox.taken) == 1
    assert await world.services.outbox.dead() == 0
    assert await world.services.outbox.retry(None) == 0


@pytest.mark.parametrize("where", ["to_recipient", "to_mail"])
async def test_what_is_put_off_is_tried_again_later_and_later(world_with: Maker, where: str) -> None:
    postbox = Postbox()
    setattr(postbox, where, "451 try again later")
    async with mail_server(postbox) as port:
        world = await world_with(port)
        await put(world)
        pauses = []
        while (told := await status(world)).dead_at is None:
            world.clock.now = max(world.clock.now, told.due_at - SECOND)
            if told.attempts:
                assert await world.services.outbox.send_due() == 0
            world.clock.now = told.due_at
            assert await world.services.outbox.send_due() == 1
            pauses.append((await status(world)).due_at - world.clock.now)
        assert pauses[:4] == [timedelta(seconds=pause) for pause in (10, 60, 300, 900)]
        assert pauses[:-1] == sorted(pauses[:-1])
        assert timedelta(days=1) < sum(pauses, timedelta()) < timedelta(days=3)
        setattr(postbox, where, "250 OK")
        await world.services.outbox.retry(None)
        await world.services.outbox.send_due()
    assert len(postbox.taken) == 1


async def test_a_server_that_is_away_loses_nothing(world_with: Maker) -> None:
    port = free_port()
    world = await world_with(port)
    await put(world)
    await world.services.outbox.send_due()
    told = await status(world)
    assert told.last_error == (
        f"No mail server listens at 127.0.0.1:{port}: "
        "start it, or correct DOORSTEP_MAIL__SMTP_HOST and DOORSTEP_MAIL__SMTP_PORT."
    )
    world.clock.now = told.due_at
    postbox = Postbox()
    async with mail_server(postbox) as back:
        again = await world_with(back)
        await again.services.outbox.send_due()
    assert len(postbox.taken) == 1


async def test_a_server_that_hangs_is_left_and_holds_up_no_request(world_with: Maker) -> None:
    postbox = Postbox(hold=asyncio.Event())
    async with mail_server(postbox) as port:
        world = await world_with(port, smtp_timeout=timedelta(seconds=2))
        await world.user()
        await put(world)
        sending = asyncio.create_task(world.services.outbox.send_due())
        await asyncio.wait_for(postbox.reached.wait(), 10)
        # Requests write mails while the server hangs; they wait for the database only.
        async with asyncio.timeout(5):
            await put(world, "bea@example.org")
        assert not postbox.taken
        await asyncio.wait_for(sending, 10)
    first = next(one for one in await world.services.outbox.statuses(sent_too=True) if one.attempts)
    assert first.sent_at is None
    assert first.last_error == f"The mail server at 127.0.0.1:{port} gave no answer within 2 s."


async def test_one_slow_mail_holds_up_no_other(world_with: Maker) -> None:
    """All of a batch are under way at once, so that the last is not past its lease before it begins."""
    postbox = Postbox(hold=asyncio.Event())
    async with mail_server(postbox) as port:
        world = await world_with(port, smtp_timeout=timedelta(seconds=20))
        for number in range(5):
            await put(world, f"user{number}@example.org")
        sending = asyncio.create_task(world.services.outbox.send_due())
        await asyncio.wait_for(postbox.reached.wait(), 10)
        assert postbox.hold is not None
        postbox.hold.set()
        assert await asyncio.wait_for(sending, 15) == 5
    assert len(postbox.taken) == 5


@pytest.mark.asvs("v5.0.0-15.4.1")
async def test_many_workers_send_each_mail_once(world_with: Maker) -> None:
    postbox = Postbox()
    async with mail_server(postbox) as port:
        worlds = [await world_with(port) for _ in range(3)]
        for number in range(30):
            await put(worlds[0], f"user{number}@example.org")
        counts = await asyncio.gather(*(world.services.outbox.send_due() for world in worlds * 3))
    assert sum(counts) == 30
    assert sorted(recipient for _, recipient, _ in postbox.taken) == sorted(
        f"user{number}@example.org" for number in range(30)
    )


@pytest.mark.asvs("v5.0.0-15.4.1")
async def test_what_another_worker_is_taking_is_passed_over(world_with: Maker) -> None:
    """Neither sent twice nor waited for, while the other has not even finished taking it."""
    postbox = Postbox()
    async with mail_server(postbox) as port:
        one, other = await world_with(port), await world_with(port)
        for recipient in ("user0@example.org", "user1@example.org"):
            await put(one, recipient)
        now = one.clock()
        async with one.database.transaction() as tx, asyncio.timeout(5):
            [taken] = await queries.take_due(tx, now, now + policy.LEASE, 1, now + policy.LATEST_TURN)
            assert await other.services.outbox.send_due() == 1
    assert [recipient for _, recipient, _ in postbox.taken] != [taken.recipient]


async def test_a_mail_whose_worker_died_is_sent_after_the_lease(world_with: Maker) -> None:
    postbox = Postbox(hold=asyncio.Event())
    async with mail_server(postbox) as port:
        world, other = await world_with(port), await world_with(port)
        await put(world)
        dying = asyncio.create_task(world.services.outbox.send_due())
        await asyncio.wait_for(postbox.reached.wait(), 10)
        dying.cancel()
        with pytest.raises(asyncio.CancelledError):
            async with asyncio.timeout(10):  # half of what the mail server has for each answer
                await dying
        assert postbox.hold is not None
        postbox.hold.set()
        before = len(postbox.taken)
        assert await other.services.outbox.send_due() == 0
        assert await other.services.outbox.retry(None) == 0, "what is in hand stays there"
        world.clock.now += policy.LEASE
        assert await other.services.outbox.send_due() == 1
        assert len(postbox.taken) > before
    assert (await status(world)).sent_at is not None


async def test_who_comes_back_after_the_lease_undoes_nothing(world_with: Maker) -> None:
    """The first worker gives a mail up that the second has sent, or is sending, meanwhile."""
    slow, quick = Postbox(to_mail="550 no", hold=asyncio.Event()), Postbox()
    async with mail_server(slow) as slow_port, mail_server(quick) as quick_port:
        world, other = await world_with(slow_port), await world_with(quick_port)
        await put(world)
        late = asyncio.create_task(world.services.outbox.send_due())
        await asyncio.wait_for(slow.reached.wait(), 10)
        world.clock.now += policy.LEASE
        assert await other.services.outbox.send_due() == 1
        assert slow.hold is not None
        slow.hold.set()
        await late
    told = await status(world)
    assert (told.sent_at is not None, told.dead_at, told.last_error) == (True, None, None)


async def test_a_mail_sealed_with_another_secret_stops_no_other(world_with: Maker) -> None:
    postbox = Postbox()
    async with mail_server(postbox) as port:
        world = await world_with(port)
        await put(world, "first@example.org")
        await world.scalar("UPDATE outbox SET sealed_letter = '\\x00' RETURNING 1")
        await put(world, "second@example.org")
        assert await world.services.outbox.send_due() == 2
    assert [recipient for _, recipient, _ in postbox.taken] == ["second@example.org"]
    waiting = await world.scalar("SELECT last_error FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL")
    assert "doorstep secret status" in str(waiting)


@pytest.mark.parametrize(
    "letter", [LaterLetter(**asdict(LETTER)), replace(LETTER, kind=cast("MailKind", "of_tomorrow"))]
)
async def test_a_mail_of_another_version_is_tried_like_any_and_given_up(world_with: Maker, letter: Letter) -> None:
    """Whoever goes back to the version that wrote it in time has it sent; nothing of it is told meanwhile."""
    postbox = Postbox()
    async with mail_server(postbox) as port:
        world = await world_with(port)
        await put(world, "first@example.org", letter)
        await put(world, "second@example.org")
        assert await world.services.outbox.send_due() == 2
        assert [recipient for _, recipient, _ in postbox.taken] == ["second@example.org"]
        begun = world.clock.now
        while (told := (await world.services.outbox.statuses(sent_too=False))[0]).dead_at is None:
            assert str(told.last_error).startswith("This version cannot read or send it")
            assert told.due_at > world.clock.now
            world.clock.now = told.due_at
            assert await world.services.outbox.send_due() == 1
    assert timedelta(days=1) < told.dead_at - begun < timedelta(days=3)
    assert await world.services.outbox.dead() == 1


async def test_no_fact_without_its_mail_and_no_mail_without_its_fact(world: World) -> None:
    async def undone() -> None:
        async with world.database.transaction() as tx:
            await world.services.outbox.put(tx, "ada@example.org", LETTER)
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await undone()
    assert await world.services.outbox.send_due() == 0


async def test_without_a_mail_server_mails_are_kept_for_their_owner_alone(world: World) -> None:
    await put(world)
    await world.services.outbox.send_due()
    folder = world.services.settings.mail_folder
    [path] = folder.iterdir()
    assert (path.suffix, path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (".eml", 0o600, 0o700)
    assert kept(folder)[0]["To"] == "ada@example.org"


def test_mail_without_protection_stays_on_this_machine() -> None:
    with pytest.raises(ValidationError, match="on this machine only"):
        MailSettings(smtp_host="mail.example.org", smtp_security=MailSecurity.NONE)
