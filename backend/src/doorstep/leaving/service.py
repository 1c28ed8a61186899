"""Leaving: an account is marked, can be kept for a week, and is then erased with everything about the person.

`docs/leaving.md` tells what is erased; a test walks all tables for what is left.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from doorstep.audit import service as audit
from doorstep.audit.models import OPERATOR, Client, EventKind, Outcome
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.database_clock import DatabaseClock
from doorstep.leaving import queries
from doorstep.notices.service import DELETION_GRACE, Notices
from doorstep.one_time_tokens.models import Purpose
from doorstep.one_time_tokens.policy import Change
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.second_factors.service import SecondFactors
from doorstep.sessions.failures import Unauthenticated
from doorstep.sessions.service import Sessions
from doorstep.subscriptions.service import Subscriptions
from doorstep.throttle.service import Throttle
from doorstep.users import service as users
from doorstep.users.failures import UserUnknown
from doorstep.users.models import User
from doorstep.users.policy import email_key, spelling_key

# Longer than any request can take that knew the user before they were erased.
_STRAGGLERS = timedelta(hours=1)
_MOST_AT_ONCE = 1000
_log = structlog.get_logger(__name__)


class Leaving:
    """Marks, keeps and erases accounts."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        database_clock: DatabaseClock,
        factors: SecondFactors,
        sessions: Sessions,
        subscriptions: Subscriptions,
        tokens: OneTimeTokens,
        throttle: Throttle,
        notices: Notices,
    ) -> None:
        self._database = database
        self._clock = clock
        self._database_clock = database_clock
        self._factors = factors
        self._sessions = sessions
        self._subscriptions = subscriptions
        self._tokens = tokens
        self._throttle = throttle
        self._notices = notices

    async def ask(self, who: SignedIn, client: Client) -> datetime:
        """When this account will be erased: a week from now, or as was settled before. Every session ends.

        Raises StepUpRequired; Unauthenticated when the session has ended or the account is gone by now.
        """
        await self._factors.require_recent(who, EventKind.DELETION_ASKED, client)
        due_at = await self._mark(who.user.id, client, who.session_id)
        if due_at is None:
            raise Unauthenticated
        return due_at

    async def keep(self, who: SignedIn, client: Client) -> None:
        """The account stays; nothing happens when nobody wanted it gone. Raises Unauthenticated when it is gone."""
        if await self._keep(who.user.id, client, who.session_id) is None:
            raise Unauthenticated

    async def keep_by_link(self, token: str, client: Client) -> None:
        """The account stays, by the link of the mail about its deletion; it signs nobody in.

        Raises TokenUnknown, TokenExpired, TokenUsed, TokenOutgrown.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await self._tokens.redeem(tx, token, Purpose.KEEP_ACCOUNT, now)
            await self._take_back(tx, found.user_id, client, now)

    async def ask_for(self, typed_email: str, client: Client = OPERATOR) -> datetime:
        """The same as `ask`, by an operator. Raises UserUnknown."""
        due_at = await self._mark(await self._id_of(typed_email), client)
        if due_at is None:
            raise UserUnknown
        return due_at

    async def keep_for(self, typed_email: str, client: Client = OPERATOR) -> bool:
        """The same as `keep`, by an operator; False when nobody wanted it gone. Raises UserUnknown."""
        kept = await self._keep(await self._id_of(typed_email), client)
        if kept is None:
            raise UserUnknown
        return kept

    async def erase_now(self, typed_email: str, client: Client = OPERATOR) -> None:
        """Erase without a grace, by an operator. Raises UserUnknown."""
        user_id = await self._id_of(typed_email)
        async with self._database.transaction() as tx:
            user = await users.lock(tx, user_id)
            if user is None:
                raise UserUnknown
            await self._erase(tx, user, client)

    async def erase_due(self) -> int:
        """Erase those whose grace is over by the database's time, one by one and at most a thousand; how many.

        Whom another process erases, or who is just keeping the account, is passed over. Raises DatabaseUnavailable,
        ClocksDiffer.
        """
        now = await self._database_clock.agreed()
        erased = 0
        while erased < _MOST_AT_ONCE:
            async with self._database.transaction() as tx:
                user = await users.take_to_erase(tx, now)
                if user is None:
                    break
                await self._erase(tx, user, Client())
            erased += 1
        async with self._database.transaction() as tx:
            await audit.forget_stragglers(tx, now - _STRAGGLERS)
        return erased

    async def _mark(self, user_id: UUID, client: Client, session_id: UUID | None = None) -> datetime | None:
        """When the user will be erased, as that session asks, or the operator; None when there is no such user.

        By the database's time, as the erasure: a week is a week, whatever this machine's clock says.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            await self._hold(tx, user_id, session_id)
            due_at = await self._database_clock.read(tx) + DELETION_GRACE
            is_new = await users.mark_to_erase(tx, user_id, due_at, session_id, now)
            user = await users.by_id(tx, user_id)
            if user is None:
                return None
            await self._sessions.end_all(tx, user_id)
            if is_new:
                await self._subscriptions.end_with_period(tx, user_id, client)
                await self._tokens.void(tx, user_id, Change.DELETION, now)
                await self._record(tx, user_id, EventKind.DELETION_ASKED, client, now, session_id)
                await self._notices.deletion_asked(tx, user_id, due_at, client, now)
            return user.deletion_due_at

    async def _hold(self, tx: Connection, user_id: UUID, session_id: UUID | None) -> None:
        """Deletion, keeping and erasing happen one after the other, and only what a live session asks."""
        if session_id is None:
            await users.lock_credentials(tx, user_id)
        else:
            await self._sessions.require_live(tx, user_id, session_id)

    async def _keep(self, user_id: UUID, client: Client, session_id: UUID | None = None) -> bool | None:
        """Whether there was something to take back; None when there is no such user any more."""
        now = self._clock()
        async with self._database.transaction() as tx:
            await self._hold(tx, user_id, session_id)
            if await users.by_id(tx, user_id) is None:
                return None
            return await self._take_back(tx, user_id, client, now, session_id)

    async def _take_back(
        self, tx: Connection, user_id: UUID, client: Client, now: datetime, session_id: UUID | None = None
    ) -> bool:
        kept = await users.keep(tx, user_id, now)
        if kept:
            await self._record(tx, user_id, EventKind.ACCOUNT_KEPT, client, now, session_id)
            await self._notices.account_kept(tx, user_id, client, now)
        return kept

    async def _erase(self, tx: Connection, user: User, client: Client) -> None:
        """Everything about this user, whom the caller's transaction holds. The address is free again."""
        await self._throttle.forget_user(tx, user.email, user.id)
        await queries.delete_recovery_requests(tx, (email_key(user.email), spelling_key(user.email)))
        await queries.delete_mails(tx, user.id)
        await users.erase(tx, user.id)
        await audit.forget_person(tx, user.id)
        await self._record(tx, user.id, EventKind.USER_ERASED, client, self._clock())
        _log.info("user_erased", user_id=str(user.id))

    async def _id_of(self, typed_email: str) -> UUID:
        async with self._database.connection() as connection:
            return (await users.require_by_email(connection, typed_email)).id

    async def _record(
        self,
        tx: Connection,
        user_id: UUID,
        kind: EventKind,
        client: Client,
        now: datetime,
        session_id: UUID | None = None,
    ) -> None:
        await audit.record(
            tx, kind=kind, outcome=Outcome.SUCCESS, client=client, now=now, user_id=user_id, session_id=session_id
        )
