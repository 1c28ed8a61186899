"""The one door to the mail server, and its twin for those who have none yet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

import aiosmtplib
import structlog

from doorstep.kit.private_files import make_private
from doorstep.mail import policy, wording
from doorstep.mail.models import Parcel, Reply, Stage
from doorstep.settings import MailSecurity, MailSettings

_log = structlog.get_logger(__name__)
_STAGES: Final = (
    (aiosmtplib.SMTPConnectResponseError, Stage.GREETING),
    (aiosmtplib.SMTPAuthenticationError, Stage.LOGIN),
    (aiosmtplib.SMTPSenderRefused, Stage.SENDER),
    (aiosmtplib.SMTPRecipientRefused, Stage.RECIPIENT),
    (aiosmtplib.SMTPDataError, Stage.CONTENT),
)


class NotSent(Exception):  # noqa: N818 -- an expected refusal
    """The mail was not taken. `permanent` tells that no other try makes sense; the text says why, and nothing of it."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Carrier(Protocol):
    """Whoever takes mails."""

    async def carry(self, parcel: Parcel) -> None:
        """Send this mail. Raises NotSent."""


class SmtpCarrier:
    """Hands mails to an SMTP server (RFC 5321), by TLS unless it is on this machine."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._way = wording.Way(
            host=settings.smtp_host or "localhost",
            port=settings.smtp_port,
            starttls=settings.smtp_security is MailSecurity.STARTTLS,
            logs_in=settings.smtp_username is not None,
            sender=settings.sender,
            patience=settings.smtp_timeout.total_seconds(),
        )

    async def carry(self, parcel: Parcel) -> None:
        """Send this mail. Raises NotSent: for good only where the server refused its recipient.

        A server that refuses us (no log-in or a wrong one, a sender it does not know, our policy records) is to be set
        right by the operator, and the mail waits for that.
        """
        async with self._connected() as server:
            await _hand_over(parcel, server)

    async def check(self) -> bool:
        """Connect as for a mail, log in, and part again; sends nothing. Raises NotSent.

        Whether the server offers a log-in while none is set.
        """
        async with self._connected() as server:
            await server.noop()
            return self._settings.smtp_username is None and server.supports_extension("auth")

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A server that knows who we are. Raises NotSent, also for what is raised within."""
        try:
            async with aiosmtplib.SMTP(
                hostname=self._settings.smtp_host,
                port=self._settings.smtp_port,
                use_tls=self._settings.smtp_security is MailSecurity.TLS,
                start_tls=self._settings.smtp_security is MailSecurity.STARTTLS,
                timeout=self._settings.smtp_timeout.total_seconds(),
            ) as server:
                await self._log_in(server)
                yield server
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise self._refused(refused.recipients[0]) from None
        except aiosmtplib.SMTPResponseException as refused:
            raise self._refused(refused) from None
        except aiosmtplib.SMTPNotSupported:
            raise NotSent(wording.no_smtputf8(self._way), permanent=False) from None
        except (OSError, TimeoutError) as outage:
            raise NotSent(wording.trouble(_first_cause(outage), self._way), permanent=False) from None
        except aiosmtplib.SMTPException:  # while connecting: what else is missing is asked for before
            raise NotSent(wording.no_starttls_offered(self._way), permanent=False) from None

    async def _log_in(self, server: aiosmtplib.SMTP) -> None:
        if self._settings.smtp_username is None:
            return
        if server.is_ehlo_or_helo_needed:
            await server.ehlo()
        if not server.supported_auth_methods:
            encrypted = self._settings.smtp_security is not MailSecurity.NONE
            raise NotSent(wording.no_login_offered(self._way, encrypted=encrypted), permanent=False)
        password = self._settings.smtp_password
        await server.login(self._settings.smtp_username, password.get_secret_value() if password else "")

    def _refused(self, refused: aiosmtplib.SMTPResponseException) -> NotSent:
        stage = next((stage for kind, stage in _STAGES if isinstance(refused, kind)), Stage.HELLO)
        reply = Reply(stage, refused.code, refused.message)
        return NotSent(wording.refusal(reply, self._way), permanent=policy.is_recipients_fault(reply))


class FolderCarrier:
    """Keeps mails as files, for trying things out without a mail server.

    `aloud` says subject and link in the terminal, too: on somebody's own machine, and never into a server's log, whose
    readers are not the owners of the accounts.
    """

    def __init__(self, folder: Path, *, aloud: bool) -> None:
        self._folder = folder
        self._aloud = aloud

    async def carry(self, parcel: Parcel) -> None:
        """Keep this mail. Raises NotSent when the folder cannot be written to."""
        path = self._folder / f"{parcel.id}.eml"
        try:
            await asyncio.to_thread(self._keep, path, parcel.message.as_bytes())
        except OSError as refused:
            raise NotSent(
                f"Mails cannot be written to {self._folder} ({refused.strerror}): let Doorstep write there.",
                permanent=False,
            ) from None
        if self._aloud:
            subject = str(parcel.message["Subject"])
            _log.info("mail_kept", to=parcel.recipient, subject=subject, link=parcel.link, file=path.name)
        else:
            _log.info("mail_kept", file=path.name)

    def _keep(self, path: Path, content: bytes) -> None:
        """Under its name only when it is whole: who reads the folder finds no half of a mail."""
        make_private(self._folder)
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_bytes(content)
        new.replace(path)


async def _hand_over(parcel: Parcel, server: aiosmtplib.SMTP) -> None:
    try:
        await server.send_message(parcel.message, sender=parcel.sender, recipients=[parcel.recipient])
    except asyncio.CancelledError:
        server.close()  # its farewell would wait for a server that hangs, and so would whoever stops us
        raise


def _first_cause(failure: BaseException) -> BaseException:
    """What the network or TLS raised, where the client wrapped it; a time-out is one already."""
    while failure.__cause__ is not None and not isinstance(failure, TimeoutError):
        failure = failure.__cause__
    return failure
