"""The one door to the mail server, and its twin for those who have none yet."""

import asyncio
from pathlib import Path
from typing import Protocol

import aiosmtplib
import structlog

from doorstep.kit.private_files import make_private
from doorstep.mail.models import Parcel
from doorstep.settings import MailSecurity, MailSettings

_log = structlog.get_logger(__name__)
_PERMANENT = range(500, 600)


class NotSent(Exception):  # noqa: N818 -- an expected refusal
    """The mail was not taken. `permanent` tells whether another try makes sense; the text holds no content of it."""

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

    async def carry(self, parcel: Parcel) -> None:
        """Send this mail. Raises NotSent: for good only where this mail was refused.

        A server that refuses us (a wrong password, a sender it does not know) is to be set right by the operator, and
        the mail waits for that.
        """
        password = self._settings.smtp_password.get_secret_value() if self._settings.smtp_password else None
        try:
            async with aiosmtplib.SMTP(
                hostname=self._settings.smtp_host,
                port=self._settings.smtp_port,
                username=self._settings.smtp_username,
                password=password,
                use_tls=self._settings.smtp_security is MailSecurity.TLS,
                start_tls=self._settings.smtp_security is MailSecurity.STARTTLS,
                timeout=self._settings.smtp_timeout.total_seconds(),
            ) as server:
                await _hand_over(parcel, server)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = {recipient.code for recipient in refused.recipients}
            raise NotSent(
                f"recipient refused ({_codes(codes)})", permanent=all(c in _PERMANENT for c in codes)
            ) from None
        except aiosmtplib.SMTPResponseException as answered:
            permanent = answered.code in _PERMANENT and isinstance(answered, aiosmtplib.SMTPDataError)
            raise NotSent(f"{type(answered).__name__} ({answered.code})", permanent=permanent) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as outage:
            raise NotSent(type(outage).__name__, permanent=False) from None


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
            raise NotSent(f"cannot write to {self._folder.name}: {refused.strerror}", permanent=False) from None
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


def _codes(codes: set[int]) -> str:
    return ", ".join(str(code) for code in sorted(codes))
