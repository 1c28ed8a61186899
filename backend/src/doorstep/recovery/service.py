"""Recovery: a forgotten password, a log-in that was not the owner's, a lock that the owner opens.

Everything starts from a mail, so everything here proves at most that somebody reads the owner's mail: it never signs
anybody in and never passes a second factor.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog

from doorstep.audit import service as audit
from doorstep.audit.models import LONGEST_USER_AGENT, Client, EventKind, Outcome
from doorstep.eviction.models import TakenBack
from doorstep.eviction.take_back import TakeBack
from doorstep.failure import Failure
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.entropy import new_id
from doorstep.kit.hashing import PasswordHasher
from doorstep.mail.models import MailKind
from doorstep.mail.service import Outbox
from doorstep.notices.service import Notices
from doorstep.one_time_tokens.failures import TokenUnknown
from doorstep.one_time_tokens.models import Purpose
from doorstep.one_time_tokens.policy import RULES, Change
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.passwords.service import Passwords
from doorstep.recovery import queries
from doorstep.recovery.models import Request
from doorstep.throttle.models import SpentProof
from doorstep.throttle.service import Throttle
from doorstep.users import service as users
from doorstep.users.models import User, UserStatus
from doorstep.users.service import require_email

RESET_LIFE = RULES[Purpose.RESET_PASSWORD].life
_PAUSE = timedelta(minutes=1)  # between two mails to one person
_POLL = 0.5  # seconds between looks while nobody has forgotten anything
_log = structlog.get_logger(__name__)


class Recovery:
    """Brings owners back in."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        hasher: PasswordHasher,
        passwords: Passwords,
        throttle: Throttle,
        tokens: OneTimeTokens,
        outbox: Outbox,
        notices: Notices,
        take_back: TakeBack,
        origin: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher
        self._passwords = passwords
        self._throttle = throttle
        self._tokens = tokens
        self._outbox = outbox
        self._notices = notices
        self._take_back = take_back
        self._origin = origin

    async def ask(self, typed_email: str, client: Client, proof: SpentProof | None = None) -> None:
        """Note that the password of this address was forgotten.

        Raises EmailRefused for what is no address at all, and as the throttle does: alike for everybody.

        Whether anybody has the address is looked up by a worker after the answer, so that the time tells nothing.
        """
        await self._throttle.charge_network(client, proof)
        email = require_email(typed_email)
        now = self._clock()
        user_agent = client.user_agent[:LONGEST_USER_AGENT] if client.user_agent else None
        async with self._database.connection() as connection:
            key = await users.key_of(connection, email)
            await queries.insert_request(connection, new_id(now), key, client, user_agent, now)

    async def answer_one(self) -> bool:
        """Look up one request and write its mail; False when there is none. Raises DatabaseUnavailable."""
        async with self._database.transaction() as tx:
            request = await queries.take_request(tx)
            if request is not None:
                await self._answer(tx, request)
            return request is not None

    async def keep_answering(self) -> None:
        """Answer until cancelled; an outage of the database is logged and outlived."""
        while True:
            try:
                busy = await self.answer_one()
            except Exception as failure:  # noqa: BLE001 -- whatever it was, the others wait for their mails
                busy = False
                cause = failure.code if isinstance(failure, Failure) else type(failure).__name__
                _log.warning("recovery_not_answered", cause=cause)
            if not busy:
                await asyncio.sleep(_POLL)

    async def look(self, token: str) -> str:
        """Whose password may be chosen with this token: the address they log in with. The token stays good.

        Raises as `redeem` does.
        """
        return (await self._tokens.look(token, Purpose.RESET_PASSWORD, self._clock())).user_email

    async def reset(self, token: str, new_password: str, client: Client, device_id: UUID | None = None) -> None:
        """Choose a new password. Ends every session and signs nobody in.

        The browser `device_id`, in which it is chosen, stays known if it was: strangers' guesses do not stop it.

        Raises TokenUnknown, TokenExpired, TokenUsed, PasswordRefused, Busy.
        """
        found = await self._tokens.look(token, Purpose.RESET_PASSWORD, self._clock())
        async with self._database.connection() as connection:
            user = await users.by_id(connection, found.user_id)
        if user is None or user.status is not UserStatus.ACTIVE:
            raise TokenUnknown
        await self._passwords.require_acceptable(new_password, user.email)
        password_hash = await self._hasher.hash(new_password)
        now = self._clock()
        async with self._database.transaction() as tx:
            await self._tokens.redeem(tx, token, Purpose.RESET_PASSWORD, now)
            await self._throttle.forget(tx, user.email, user.id)
            await self._take_back.of_forgotten_password(tx, user, client, now, device_id)
            await users.set_password(tx, user.id, password_hash, now)
            if found.email is not None:
                await users.mark_verified(tx, user.id, found.email, now)
            await self._tokens.void(tx, user.id, Change.NEW_PASSWORD, now)
            await self._tell(tx, user, EventKind.PASSWORD_RESET, client)
            await self._notices.password_reset(tx, user.id, client, now)

    async def not_me(self, token: str, client: Client) -> TakenBack:
        """Take back what was added in the session that the user does not know, end every session, begin a reset.

        A link from before the last new password takes back only that session and what was added there, and begins
        nothing. An address that was given up in that session is put back. Raises TokenUnknown, TokenExpired, TokenUsed,
        TokenOutgrown, EmailTaken.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await self._tokens.redeem(tx, token, Purpose.NOT_ME, now, outgrown_too=True)
            user = await users.by_id(tx, found.user_id)
            if user is None:
                raise TokenUnknown
            await self._tell(tx, user, EventKind.NOT_ME, client)
            return await self._take_back.of_session(tx, found, client, now)

    async def unlock(self, token: str, client: Client) -> None:
        """Let the owner try again from a new browser. Raises TokenUnknown, TokenExpired, TokenUsed."""
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await self._tokens.redeem(tx, token, Purpose.UNLOCK_LOGIN, now)
            user = await users.by_id(tx, found.user_id)
            if user is None:
                raise TokenUnknown
            await self._throttle.forget(tx, user.email, user.id)
            await self._tell(tx, user, EventKind.LOGIN_UNLOCKED, client)

    async def _answer(self, tx: Connection, request: Request) -> None:
        now = self._clock()
        user = await users.by_email_key(tx, request.email_key)
        if user is None or user.status is not UserStatus.ACTIVE:
            return
        await users.lock_credentials(tx, user.id)  # two requests at once: the second sees the mail of the first
        kind = MailKind.RESET_PASSWORD
        if await self._outbox.written_since(tx, user.email, kind, now - _PAUSE):
            return
        is_verified = user.email_verified_at is not None
        if not await self._outbox.may_write(tx, user.email, kind, is_verified=is_verified):
            return
        await self._notices.reset_password(tx, user, now)
        await self._tell(tx, user, EventKind.RESET_ASKED, request.client)

    async def _tell(self, tx: Connection, user: User, kind: EventKind, client: Client) -> None:
        await audit.record(tx, kind=kind, outcome=Outcome.SUCCESS, client=client, now=self._clock(), user_id=user.id)
