"""A product that sends by SMTP to a mail server of ours, and the mails that arrive there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import asyncpg
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.builders import SECRET
from tests.cluster import Cluster
from tests.e2e.product import Person, Product, running
from tests.letterbox import link_token, words
from tests.mail.server import Postbox, mail_server

_SOON = 30  # seconds; a mail that takes longer is not coming


@dataclass
class Mailboxes(Postbox):
    """Everybody's mailbox."""

    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's
        answer = await super().handle_DATA(server, session, envelope)
        async with self.arrived:
            self.arrived.notify_all()
        return answer

    async def mail(self, to: str, subject: str, nth: int = 1) -> str:
        """Subject and plain text of the nth mail to that address with this in its subject, when it is there."""
        async with asyncio.timeout(_SOON), self.arrived:
            await self.arrived.wait_for(lambda: len(self._found(to, subject)) >= nth)
        return words(self._found(to, subject)[nth - 1])

    def _found(self, to: str, subject: str) -> list[EmailMessage]:
        mails = [message_from_bytes(content, policy=default) for _, address, content in self.taken if address == to]
        return [mail for mail in mails if subject in mail["Subject"]]


@dataclass(frozen=True)
class Posted:
    """A product, its mails and its database."""

    product: Product
    mailboxes: Mailboxes
    dsn: str

    async def mail(self, to: Person, subject: str, nth: int = 1) -> str:
        """The nth mail to this person with this in its subject, when it is there."""
        return await self.mailboxes.mail(to.email, subject, nth)

    async def member(self) -> Person:
        """Somebody with an account, who has shown by the mailed link that the address is theirs."""
        person = await self.product.member()
        await self.product.verify(link_token(await self.mail(person, "is your code"), "verify"))
        return person

    async def sql(self, statement: str, *arguments: object) -> object:
        """The first value of a statement."""
        connection = await asyncpg.connect(self.dsn)
        try:
            return await connection.fetchval(statement, *arguments)
        finally:
            await connection.close()


@asynccontextmanager
async def posting(cluster: Cluster, home: Path) -> AsyncIterator[Posted]:
    """Serve a product that mails, while the block runs."""
    mailboxes = Mailboxes()
    async with cluster.migrated_database() as dsn, mail_server(mailboxes) as port:
        settings = {
            "DOORSTEP_DATABASE_URL": dsn,
            "DOORSTEP_SECRET": SECRET,
            "DOORSTEP_MAIL__SMTP_HOST": "127.0.0.1",
            "DOORSTEP_MAIL__SMTP_PORT": str(port),
            "DOORSTEP_MAIL__SMTP_SECURITY": "none",
        }
        async with running(home, **settings) as product:
            yield Posted(product, mailboxes, dsn)
