"""The outbox: mails are written with the fact that they tell, and leave after the commit.

A request never waits for a mail server. Each process sends; none sends what another has in hand. A mail may leave twice
when a process dies between sending and noting it, and is never lost.
"""

import asyncio
import json
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import structlog

from doorstep.brand import brand
from doorstep.failure import Failure
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.entropy import new_id
from doorstep.kit.sealing import SealBroken, Sealer
from doorstep.mail import policy, queries
from doorstep.mail.failures import TooManyMails
from doorstep.mail.gateway import Carrier, NotSent
from doorstep.mail.models import Letter, MailKind, Parcel, Status, Waiting
from doorstep.mail.rendering import render
from doorstep.mail.sealed import place
from doorstep.users.policy import email_key

_BATCH = 10
_POLL = 1.0  # seconds between looks while there is nothing to send
_SEALED_OTHERWISE = "It lies under a secret that this server does not have: see `doorstep secret status`."
_UNREADABLE = (
    "This version cannot read or send it: one that can sends it; `defect` in the log's mail_not_sent says more."
)
_log = structlog.get_logger(__name__)


class Outbox:
    """Keeps mails until they are sent."""

    def __init__(self, database: Database, clock: Clock, sealer: Sealer, carrier: Carrier, sender: str) -> None:
        self._database = database
        self._clock = clock
        self._sealer = sealer
        self._carrier = carrier
        self._sender = sender

    async def put(
        self,
        tx: Connection,
        recipient: str,
        letter: Letter,
        user_id: UUID | None = None,
        *,
        asked_in: UUID | None = None,
    ) -> None:
        """Write a mail in the caller's transaction: no fact without its mail, and no mail without its fact.

        `asked_in` is the session that caused it, where a limit counts by session.
        """
        now = self._clock()
        mail_id, key = new_id(now), email_key(recipient)
        sealed = self._sealer.seal(json.dumps(asdict(letter)).encode(), place(mail_id))
        await queries.insert_mail(
            tx,
            mail_id=mail_id,
            kind=letter.kind,
            recipient=recipient,
            recipient_key=key,
            user_id=user_id,
            sealed=sealed,
            now=now,
            priority=policy.priority(letter.kind),
            spacing=policy.SPACING,
            most_spaced=policy.MOST_SPACED,
            asked_in=asked_in,
        )

    async def send_due(self) -> int:
        """Send what is due, up to a batch, side by side: a slow one holds up no other. How many were in hand.

        Raises DatabaseUnavailable.
        """
        now = self._clock()
        async with self._database.connection() as connection:
            waiting = await queries.take_due(connection, now, now + policy.LEASE, _BATCH, now + policy.LATEST_TURN)
        done = await asyncio.gather(*(self._send(mail) for mail in waiting), return_exceptions=True)
        for failure in done:
            if failure is not None:
                raise failure
        return len(waiting)

    async def keep_sending(self) -> None:
        """Send until cancelled; an outage of the database is logged and outlived."""
        while True:
            try:
                busy = await self.send_due() > 0
            except Exception as failure:  # noqa: BLE001 -- whatever it was, the other mails must leave
                busy = False
                cause = failure.code if isinstance(failure, Failure) else type(failure).__name__
                _log.warning("outbox_not_worked_off", cause=cause)
            if not busy:
                await asyncio.sleep(_POLL)

    async def statuses(
        self, *, sent_too: bool, user_id: UUID | None = None, email: str | None = None
    ) -> tuple[Status, ...]:
        """How the newest mails stand, for operators: all, or those to this user and to this address."""
        key = None if email is None else email_key(email)
        async with self._database.connection() as connection:
            return await queries.statuses(connection, sent_too=sent_too, user_id=user_id, recipient_key=key)

    async def retry(self, mail_id: UUID | None) -> int:
        """Make one mail that was not sent, or all, due now; how many there were. Those in hand stay there."""
        async with self._database.connection() as connection:
            return await queries.revive(connection, mail_id, self._clock())

    async def written_since(self, connection: Connection, recipient: str, kind: MailKind, since: datetime) -> bool:
        """Whether a mail of this kind was written to this address since then."""
        return await queries.written_since(connection, email_key(recipient), kind, since)

    async def hold_mailboxes(self, tx: Connection, *recipients: str) -> None:
        """Let nobody else write to these mailboxes until the caller's transaction ends, which holds the user.

        For who writes to several: always in one order, so that no two wait for each other.
        """
        for key in sorted({email_key(recipient) for recipient in recipients}):
            await queries.lock_mailbox(tx, key)

    async def may_write(self, tx: Connection, recipient: str, kind: MailKind, *, is_verified: bool = False) -> bool:
        """Whether another mail of this kind would not fill this mailbox, whoever causes it.

        Nobody else writes to the mailbox until the caller's transaction ends.
        """
        key = email_key(recipient)
        await queries.lock_mailbox(tx, key)
        now = self._clock()
        mailbox = await queries.mailbox(tx, key, kind, now - policy.WINDOW, now - policy.DAY)
        return policy.has_room(mailbox, kind, is_verified=is_verified)

    async def require_room(self, tx: Connection, recipient: str, kind: MailKind) -> None:
        """Pass when `may_write`. Raises TooManyMails."""
        if not await self.may_write(tx, recipient, kind):
            raise TooManyMails(retry_after=int(policy.WINDOW.total_seconds()))

    async def require_few_asked(self, tx: Connection, user_id: UUID, kind: MailKind, session_id: UUID) -> None:
        """Pass when neither this session nor this user has asked for too many mails of this kind within the hour.

        By session first, so that who is in an account without right uses up less of what its user may ask for. Raises
        TooManyMails.
        """
        since = self._clock() - policy.WINDOW
        in_session, of_user = await queries.count_asked(tx, user_id, kind, session_id, since)
        if not policy.may_ask(in_session=in_session, of_user=of_user):
            raise TooManyMails(retry_after=int(policy.WINDOW.total_seconds()))

    async def dead(self) -> int:
        """How many mails were given up and wait for an operator."""
        async with self._database.connection() as connection:
            return await queries.count_dead(connection)

    async def _send(self, mail: Waiting) -> None:
        try:
            letter = self._open(mail)
            message = render(
                letter,
                brand=brand(),
                sender=self._sender,
                recipient=mail.recipient,
                mail_id=mail.id,
                now=self._clock(),
            )
            async with asyncio.timeout(policy.LONGEST_SENDING.total_seconds()):
                await self._carrier.carry(Parcel(mail.id, self._sender, mail.recipient, message, letter.link))
        except NotSent as refusal:
            await self._note_failure(mail, refusal)
            return
        except TimeoutError:
            await self._note_failure(mail, NotSent("The mail server takes too long for a mail.", permanent=False))
            return
        except SealBroken:  # under a secret that this process lacks: another one may have it, or get it
            await self._note_failure(mail, NotSent(_SEALED_OTHERWISE, permanent=False))
            return
        except Exception as defect:  # noqa: BLE001 -- whatever it was: written by another version, which may come back
            # A message could quote the mail.
            await self._note_failure(mail, NotSent(_UNREADABLE, permanent=False), defect=type(defect).__name__)
            return
        async with self._database.connection() as connection:
            await queries.mark_sent(connection, mail.id, self._clock())

    async def _note_failure(self, mail: Waiting, refusal: NotSent, **facts: str) -> None:
        now = self._clock()
        again = None if refusal.permanent else policy.next_try(mail.attempts, now)
        async with self._database.connection() as connection:
            if again is None:
                await queries.mark_dead(connection, mail, now, str(refusal))
            else:
                await queries.mark_failed(connection, mail, again, str(refusal))
        gave_up = again is None
        _log.warning(
            "mail_not_sent", mail_id=str(mail.id), kind=mail.kind, cause=str(refusal), gave_up=gave_up, **facts
        )

    def _open(self, mail: Waiting) -> Letter:
        facts = json.loads(self._sealer.open(mail.sealed_letter, place(mail.id)))
        return Letter(**{**facts, "kind": MailKind(facts["kind"]), "paragraphs": tuple(facts["paragraphs"])})
