"""The one door to the mail server, and its twin for those who have none yet."""

from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from uuid import UUID

import aiosmtplib
import structlog

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

    async def carry(self, mail_id: UUID, message: EmailMessage, link: str | None) -> None:
        """Send this mail. Raises NotSent."""


class SmtpCarrier:
    """Hands mails to an SMTP server (RFC 5321), by TLS unless it is on this machine."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def carry(self, mail_id: UUID, message: EmailMessage, link: str | None) -> None:  # noqa: ARG002 -- protocol
        """Send this mail. Raises NotSent."""
        password = self._settings.smtp_password.get_secret_value() if self._settings.smtp_password else None
        try:
            await aiosmtplib.send(
                message,
                hostname=self._settings.smtp_host,
                port=self._settings.smtp_port,
                username=self._settings.smtp_username,
                password=password,
                use_tls=self._settings.smtp_security is MailSecurity.TLS,
                start_tls=self._settings.smtp_security is MailSecurity.STARTTLS,
                timeout=self._settings.smtp_timeout.total_seconds(),
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = {recipient.code for recipient in refused.recipients}
            raise NotSent(
                f"recipient refused ({_codes(codes)})", permanent=all(c in _PERMANENT for c in codes)
            ) from None
        except aiosmtplib.SMTPResponseException as answered:
            # A wrong password of ours is no reason to give the mail up.
            permanent = answered.code in _PERMANENT and not isinstance(answered, aiosmtplib.SMTPAuthenticationError)
            raise NotSent(f"{type(answered).__name__} ({answered.code})", permanent=permanent) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as outage:
            raise NotSent(type(outage).__name__, permanent=False) from None


class FolderCarrier:
    """Keeps mails as files and says their links in the terminal: for trying things out, without a mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def carry(self, mail_id: UUID, message: EmailMessage, link: str | None) -> None:
        """Keep this mail. Raises NotSent when the folder cannot be written to."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / f"{mail_id}.eml"
            path.touch(mode=0o600)
            path.write_bytes(message.as_bytes())
        except OSError as refused:
            raise NotSent(f"cannot write to {self._folder.name}: {refused.strerror}", permanent=False) from None
        _log.info("mail_kept", to=message["To"], subject=message["Subject"], link=link, file=path.name)


def _codes(codes: set[int]) -> str:
    return ", ".join(str(code) for code in sorted(codes))
