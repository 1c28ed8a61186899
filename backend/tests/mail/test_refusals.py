"""What a mail server refuses: given up only where the recipient is at fault, and told in a sentence that says what to
set."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from doorstep.kit.database import Database
from doorstep.mail.gateway import NotSent, SmtpCarrier
from doorstep.settings import MailSettings
from tests.builders import HandClock
from tests.mail.sender import PLAIN, SECRET_PASSWORD, Sender
from tests.mail.server import Postbox, Script, certificate, mail_server, scripted_server

LOGIN = {"smtp_username": "door", "smtp_password": SECRET_PASSWORD}
NO_ADDRESS = "The recipient's address does not exist or takes no mail"
WANTS_LOGIN = "it may want a log-in; set DOORSTEP_MAIL__SMTP_USERNAME and DOORSTEP_MAIL__SMTP_PASSWORD."


@pytest.fixture
def made(dsn: str, database: Database, clock: HandClock, tmp_path: Path) -> Iterator[Sender]:
    with Sender(dsn, database, clock, tmp_path) as sender:
        yield sender


@pytest.mark.parametrize("step", ["RCPT", "DATA", "."])
@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown", "550 5.1.1"),
        ("550-5.1.1 The email account that you tried to reach does not\n550 5.1.1 exist.", "550 5.1.1"),
        ("554 5.1.2 bad destination system address", "554 5.1.2"),
        ("501 5.1.3 bad destination mailbox address syntax", "501 5.1.3"),
        ("553 5.1.6 mailbox has moved, no forwarding address", "553 5.1.6"),
        ("556 5.1.10 recipient address has null MX", "556 5.1.10"),
        ("550 5.1.0 address rejected", "550 5.1.0"),
        ("550 sorry, no mailbox here by that name. (#5.1.1)", "550 5.1.1"),
        ("550 5.2.1 mailbox disabled, not accepting messages", "550 5.2.1"),
        ("550 no such user here", "550"),
        ("551 user not local", "551"),
        ("553 mailbox name not allowed", "553"),
        ("550 no such user here: <relay-policy@example.org>", "550"),
    ],
)
async def test_the_recipients_fault_is_given_up_at_once(made: Sender, step: str, reply: str, code: str) -> None:
    async with scripted_server(Script({step: reply})) as port:
        told = await made.told(port)
    assert told.dead_at is not None
    assert f"({code})" in str(told.last_error)
    assert str(told.last_error).startswith("The recipient's ")


@pytest.mark.parametrize(
    ("step", "reply", "words"),
    [
        ("RCPT", "554 5.7.1 <unknown[127.0.0.1]>: Client host rejected: Access denied", f"(554 5.7.1): {WANTS_LOGIN}"),
        ("RCPT", "554 5.7.1 <ada@example.org>: Relay access denied", f"(554 5.7.1): {WANTS_LOGIN}"),
        ("RCPT", "550 5.7.1 Relaying denied", f"(550 5.7.1): {WANTS_LOGIN}"),
        ("RCPT", "554 no", f"(554): {WANTS_LOGIN}"),
        ("RCPT", "550 relay not permitted", f"(550): {WANTS_LOGIN}"),
        ("RCPT", "550-Verification failed for <d@x.org>\n550 Sender verify failed", "(550): set DOORSTEP_MAIL__SENDER"),
        ("RCPT", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "(553 5.7.1)"),
        ("RCPT", "550 Administrative prohibition", f"(550): {WANTS_LOGIN}"),
        ("RCPT", "530 Authentication required", f"(530): {WANTS_LOGIN}"),
        ("MAIL", "530 5.7.0 Authentication required", f"(530 5.7.0): {WANTS_LOGIN}"),
        ("RCPT", "550 5.1.8 <door@example.org>: Sender address rejected", "set DOORSTEP_MAIL__SENDER"),
        ("RCPT", "553 5.1.7 bad sender's mailbox address syntax", "set DOORSTEP_MAIL__SENDER"),
        ("RCPT", "550 5.1.0 <door@example.org>: Sender address rejected", "(550 5.1.0): set DOORSTEP_MAIL__SENDER"),
        ("MAIL", "550 5.1.0 sender rejected", "set DOORSTEP_MAIL__SENDER"),
        ("MAIL", "550 5.1.1 no", "set DOORSTEP_MAIL__SENDER"),
        ("RCPT", "552 5.2.2 mailbox full", "The recipient's mailbox is full (552 5.2.2)."),
        ("RCPT", "452 4.2.2 mailbox full", "The recipient's mailbox is full (452 4.2.2)."),
        ("MAIL", "552 5.3.4 message size exceeds fixed limit", "too large"),
        (".", "552 5.3.4 message too big", "(552 5.3.4): raise the limits"),
        (".", "552 exceeded storage allocation", "(552): raise the limits"),
        ("RCPT", "550 5.3.0 mail system not accepting", "(550 5.3.0): see to its disk"),
        ("RCPT", "550 5.4.4 unable to route", "(550 5.4.4)"),
        (".", "550 5.7.26 this mail is unauthenticated", "does not allow this server mails from example.org"),
        (".", "550 message looks like spam", "(550)"),
        (".", "554 transaction failed", "(554)"),
        ("DATA", "554 5.5.1 no valid recipients", "(554 5.5.1)"),
        ("RCPT", "550 4.1.1 for now", "(550 4.1.1)"),
        ("RCPT", "450 5.1.1 <ada@example.org>: greylisted", "(450 5.1.1)"),
        ("RCPT", "451 4.3.5 configuration error", "cannot take mails at present (451 4.3.5)"),
        ("RCPT", "451 try again", "puts it off (451)."),
        ("DATA", "451 4.3.0 try again", "(451 4.3.0)"),
        ("MAIL", "421 4.7.0 too many connections", "puts it off (421 4.7.0)."),
        ("", "554 5.7.1 go away", "turns this machine away (554 5.7.1): let it in there"),
        ("", "421 4.3.2 shutting down", "(421 4.3.2)"),
        ("", "SSH-2.0-OpenSSH_9.2", "is no mail server: correct DOORSTEP_MAIL__SMTP_HOST"),
    ],
)  # fmt: skip
async def test_everything_else_waits_and_says_what_to_set(made: Sender, step: str, reply: str, words: str) -> None:
    async with scripted_server(Script({step: reply})) as port:
        told = await made.told(port)
    assert (told.sent_at, told.dead_at) == (None, None)
    assert told.due_at > told.created_at
    assert words in str(told.last_error)
    assert str(told.last_error).endswith(".")


async def test_with_a_log_in_the_user_is_to_be_allowed_the_sender(made: Sender) -> None:
    ehlo = "250-here\n250 AUTH PLAIN LOGIN"
    script = Script({"EHLO": ehlo, "AUTH": "235 2.7.0 in", "RCPT": "550 5.7.60 SendAsDenied"})
    async with scripted_server(script) as port:
        told = await made.told(port, **LOGIN)
    assert told.dead_at is None
    assert str(told.last_error).endswith(
        "allow the user of DOORSTEP_MAIL__SMTP_USERNAME there to send as door@example.org."
    )


STARTTLS = {"smtp_security": "starttls"}
ADA = "ada@example.org"
AUTH = "250-here\n250 AUTH PLAIN"


@pytest.mark.parametrize(
    ("script", "changes", "to", "words"),
    [
        ({}, LOGIN, ADA, "no log-in without TLS: set DOORSTEP_MAIL__SMTP_SECURITY to starttls or tls"),
        ({"EHLO": "250-here\n250 AUTH GSSAPI"}, LOGIN, ADA, "offers no log-in"),
        ({"EHLO": AUTH, "AUTH": "535 5.7.8 wrong"}, LOGIN, ADA, "correct DOORSTEP_MAIL__SMTP_USERNAME"),
        ({"EHLO": AUTH, "AUTH": "454 4.7.0 later"}, LOGIN, ADA, "puts it off (454 4.7.0)"),
        ({}, {}, "grüße@example.org", "turn on SMTPUTF8 there"),
        ({}, STARTTLS, ADA, "offers no STARTTLS: turn it on there, or set DOORSTEP_MAIL__SMTP_SECURITY=tls"),
        ({"EHLO": "250-here\n250 STARTTLS", "STARTTLS": "454 4.7.0 no"}, STARTTLS, ADA, "(454 4.7.0)"),
        ({}, {"smtp_security": "tls"}, ADA, "does not speak TLS as DOORSTEP_MAIL__SMTP_SECURITY asks for it"),
        ({"MAIL": "530 5.7.0 Must issue STARTTLS first"}, {}, ADA, "set DOORSTEP_MAIL__SMTP_SECURITY=starttls"),
        ({}, {"smtp_host": "localhost", "smtp_port": 1}, ADA, "No mail server listens at localhost:1"),
        ({}, {"smtp_host": "no-such-host.invalid", **STARTTLS}, ADA, "no-such-host.invalid is not known"),
    ],
)
async def test_what_is_missing_is_named(
    made: Sender, script: dict[str, str], changes: dict[str, object], to: str, words: str
) -> None:
    async with scripted_server(Script(script)) as port:
        told = await made.told(port, to, **changes)
    assert told.dead_at is None
    assert words in str(told.last_error)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_is_not_believed_is_named(made: Sender, tmp_path: Path, security: str) -> None:
    context = certificate(tmp_path)[1]
    server = scripted_server(Script(), context) if security == "tls" else mail_server(Postbox(), context)
    async with server as port:
        told = await made.told(port, smtp_security=security)
    assert told.dead_at is None
    assert "The certificate of the mail server is not believed (self-signed certificate)" in str(told.last_error)
    assert "SSL_CERT_FILE" in str(told.last_error)


async def test_a_server_that_hangs_up_is_told(made: Sender) -> None:
    async with scripted_server(Script({"RCPT": ""})) as port:
        told = await made.told(port)
    assert told.last_error == f"The mail server at 127.0.0.1:{port} closed the connection without an answer."


def carrier(port: int, **changes: object) -> SmtpCarrier:
    return SmtpCarrier(MailSettings.model_validate(PLAIN | {"smtp_port": port} | changes))


async def test_a_check_logs_in_and_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script()
    async with scripted_server(script) as port:
        assert not await carrier(port).check()
    assert script.asked == ["EHLO", "NOOP", "QUIT"]
    script = Script({"EHLO": "250-here\n250 AUTH PLAIN", "AUTH": "235 2.7.0 in"})
    async with scripted_server(script) as port:
        assert not await carrier(port, **LOGIN).check()
        assert await carrier(port).check(), "it offers a log-in that is not set"
    assert script.asked == ["EHLO", "AUTH", "NOOP", "QUIT", "EHLO", "NOOP", "QUIT"]

    path, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    postbox = Postbox(password=SECRET_PASSWORD.encode())
    async with mail_server(postbox, context, auth=True) as port:
        await carrier(port, smtp_security="starttls", **LOGIN).check()
        with pytest.raises(NotSent, match="refuses the log-in"):
            await carrier(port, smtp_security="starttls", smtp_username="door", smtp_password="wrong").check()
    assert postbox.taken == []
    assert postbox.logins[0] == (b"door", SECRET_PASSWORD.encode())


@pytest.mark.parametrize(
    ("script", "words"), [({"": "554 5.7.1 no"}, "turns this machine away"), ({"NOOP": "421 4.3.2 no"}, "(421 4.3.2)")]
)
async def test_a_check_says_what_a_mail_would_meet(script: dict[str, str], words: str) -> None:
    async with scripted_server(Script(script)) as port:
        with pytest.raises(NotSent) as refused:
            await carrier(port, smtp_timeout=timedelta(seconds=2)).check()
    assert words in str(refused.value)
