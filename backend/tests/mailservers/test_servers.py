"""What Debian's Postfix and Exim say of each fault, and what becomes of the mail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doorstep.kit.database import Database
from doorstep.mail.gateway import NotSent, SmtpCarrier
from doorstep.settings import MailSettings
from tests.builders import HandClock
from tests.mail.sender import PLAIN, SECRET_PASSWORD, Sender
from tests.mailservers.servers import exim, postfix

LOGIN = {"smtp_username": "door", "smtp_password": SECRET_PASSWORD}
STARTTLS = {"smtp_security": "starttls"}
NOBODY, ELSEWHERE = "nobody@example.org", "ada@elsewhere.example"


@pytest.fixture
def made(dsn: str, database: Database, clock: HandClock, tmp_path: Path) -> Iterator[Sender]:
    with Sender(dsn, database, clock, tmp_path) as sender:
        yield sender


async def check(port: int, **changes: object) -> bool:
    return await SmtpCarrier(MailSettings.model_validate(PLAIN | {"smtp_port": port} | changes)).check()


async def test_postfix_takes_a_mail_after_a_log_in(made: Sender) -> None:
    async with postfix() as ports:
        assert not await check(ports.submission, **STARTTLS, **LOGIN)
        told = await made.told(ports.submission, ELSEWHERE, **STARTTLS, **LOGIN)
    assert told.sent_at is not None


@pytest.mark.parametrize("to", ["ada@example.org", NOBODY, ELSEWHERE])
async def test_a_log_in_that_postfix_misses_gives_no_mail_up(made: Sender, to: str) -> None:
    async with postfix() as ports:
        assert await check(ports.submission, **STARTTLS), "it offers a log-in, which shows before any mail fails"
        told = await made.told(ports.submission, to, **STARTTLS)
    assert told.dead_at is None
    assert told.last_error == (
        f"The mail server at 127.0.0.1:{ports.submission} refuses us (554 5.7.1): it may want a log-in; "
        "set DOORSTEP_MAIL__SMTP_USERNAME and DOORSTEP_MAIL__SMTP_PASSWORD."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (STARTTLS | LOGIN | {"smtp_password": "wrong"}, "refuses the log-in (535 5.7.8)"),
        ({}, "demands TLS (530 5.7.0): set DOORSTEP_MAIL__SMTP_SECURITY=starttls."),
        (LOGIN, "offers no log-in without TLS"),
        ({"smtp_security": "tls"}, "does not speak TLS as DOORSTEP_MAIL__SMTP_SECURITY asks for it"),
    ],
)
async def test_what_else_postfix_refuses_us_for_waits(made: Sender, changes: dict[str, object], words: str) -> None:
    async with postfix() as ports:
        told = await made.told(ports.submission, "ada@example.org", **changes)
    assert told.dead_at is None
    assert words in str(told.last_error)


async def test_a_mailbox_that_postfix_does_not_know_is_given_up(made: Sender) -> None:
    async with postfix() as ports:
        told = await made.told(ports.open, NOBODY)
    assert told.dead_at is not None
    assert told.last_error == "The recipient's address does not exist or takes no mail (550 5.1.1)."


async def test_another_domain_without_a_log_in_waits(made: Sender) -> None:
    async with postfix() as ports:
        told = await made.told(ports.open, ELSEWHERE)
    assert told.dead_at is None
    assert "refuses us (554 5.7.1): it may want a log-in" in str(told.last_error)


async def test_a_sender_that_postfix_does_not_know_gives_no_mail_up(made: Sender) -> None:
    async with postfix() as ports:
        told = await made.told(ports.strict)
    assert told.dead_at is None
    assert "(550 5.1.0): set DOORSTEP_MAIL__SENDER" in str(told.last_error)


async def test_a_mail_that_is_too_large_for_postfix_waits(made: Sender) -> None:
    async with postfix(size=1000) as ports:
        told = await made.told(ports.open)
    assert told.dead_at is None
    assert "(552 5.3.4): raise the limits there." in str(told.last_error)


async def test_exim_without_and_with_a_log_in(made: Sender) -> None:
    """It gives no enhanced codes: the words tell a missing log-in from an address that is not there."""
    with exim() as port:
        assert await check(port)
        told = await made.told(port, ELSEWHERE)
        assert told.dead_at is None
        assert "refuses us (550): it may want a log-in" in str(told.last_error)


async def test_exim_takes_a_mail_after_a_log_in(made: Sender) -> None:
    with exim() as port:
        with pytest.raises(NotSent, match=r"refuses the log-in \(535\)"):
            await check(port, **LOGIN | {"smtp_password": "wrong"})
        assert (await made.told(port, ELSEWHERE, **LOGIN)).sent_at is not None


async def test_a_mailbox_that_exim_does_not_know_is_given_up(made: Sender) -> None:
    with exim() as port:
        told = await made.told(port, NOBODY)
    assert told.dead_at is not None
    assert told.last_error == "The recipient's address does not exist or takes no mail (550)."
