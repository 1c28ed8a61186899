"""Subscriptions: what a user pays for. Changes of one user's subscriptions happen one after the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.brand import Plan
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.entropy import new_id
from doorstep.notices.service import Notices
from doorstep.sessions.service import Sessions
from doorstep.subscriptions import policy, queries
from doorstep.subscriptions.failures import (
    AlreadySubscribed,
    DeletionPending,
    NothingToCancel,
    NothingToResume,
    PlanUnknown,
)
from doorstep.subscriptions.models import CurrentSubscription, Status, Subscription
from doorstep.users import service as users
from doorstep.users.failures import UserUnknown
from doorstep.users.policy import normalise_email


class Subscriptions:
    """Tells, grants, cancels and resumes subscriptions to `plans`."""

    def __init__(
        self, database: Database, clock: Clock, plans: tuple[Plan, ...], sessions: Sessions, notices: Notices
    ) -> None:
        self._database = database
        self._clock = clock
        self._sessions = sessions
        self._notices = notices
        self._plans = plans

    def plans(self) -> tuple[Plan, ...]:
        """What can be subscribed to, in the order in which it is offered."""
        return self._plans

    def state_of(self, subscription: Subscription | None) -> CurrentSubscription:
        """What this newest subscription of a user comes to now, for who has read the row already."""
        return policy.current(subscription, self._plans, self._clock())

    def status_of(self, subscription: Subscription | None) -> Status:
        """How a user with this newest subscription stands now."""
        return policy.status_at(subscription, self._clock())

    async def current(self, user_id: UUID) -> CurrentSubscription:
        """The state of the user's newest subscription. Raises DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return self.state_of(await queries.newest(connection, user_id))

    async def cancel(self, user_id: UUID, session_id: UUID, client: Client) -> CurrentSubscription:
        """Let the subscription end with its period, as this session of the user asks; the user gets a mail.

        Raises NothingToCancel, Unauthenticated.
        """
        async with self._newest_held(user_id, session_id) as (tx, subscription):
            now = self._clock()
            ends_at = policy.end_when_cancelled(subscription, now)
            if subscription is None or ends_at is None:
                raise NothingToCancel
            await queries.update_end(tx, subscription.id, now, ends_at, now)
            await _record(tx, EventKind.SUBSCRIPTION_CANCELLED, subscription, client, now, session_id)
            await self._notices.subscription_cancelled(tx, user_id, session_id, ends_at, client, now)
            return self.state_of(replace(subscription, cancel_requested_at=now, ends_at=ends_at))

    async def end_with_period(self, tx: Connection, user_id: UUID, client: Client) -> bool:
        """Cancel in the caller's transaction, which holds the user; False when nothing would renew anyway."""
        now = self._clock()
        subscription = await queries.newest(tx, user_id)
        ends_at = policy.end_when_cancelled(subscription, now)
        if subscription is None or ends_at is None:
            return False
        await queries.update_end(tx, subscription.id, now, ends_at, now)
        await _record(tx, EventKind.SUBSCRIPTION_CANCELLED, subscription, client, now)
        return True

    async def resume(self, user_id: UUID, session_id: UUID, client: Client) -> CurrentSubscription:
        """Take a cancellation back before it takes effect, as this session of the user asks; the user gets a mail.

        Raises NothingToResume, DeletionPending, Unauthenticated.
        """
        async with self._newest_held(user_id, session_id) as (tx, subscription):
            now = self._clock()
            user = await users.by_id(tx, user_id)
            if user is not None and user.deletion_due_at is not None:
                raise DeletionPending
            if subscription is None or not policy.may_resume(subscription, now):
                raise NothingToResume
            await queries.update_end(tx, subscription.id, None, None, now)
            await _record(tx, EventKind.SUBSCRIPTION_RESUMED, subscription, client, now, session_id)
            await self._notices.subscription_resumed(tx, user_id, session_id, client, now)
            return self.state_of(replace(subscription, cancel_requested_at=None, ends_at=None))

    async def grant(self, email: str, plan_code: str, client: Client) -> CurrentSubscription:
        """Subscribe the user with this e-mail, from now on, at today's price of the plan.

        Raises PlanUnknown, UserUnknown, AlreadySubscribed (also while a cancelled subscription has yet to end).
        """
        plan = self._plan(plan_code)
        user_id = await self._user_id(email)
        async with self._newest_held(user_id) as (tx, newest):
            now = self._clock()
            if newest is not None and not policy.has_ended(newest, now):
                raise AlreadySubscribed(_already(newest))
            granted = Subscription(
                id=new_id(now),
                user_id=user_id,
                plan_code=plan.code,
                price_minor=plan.price_minor,
                currency=plan.currency,
                billing_interval=plan.interval,
                started_at=now,
            )
            await queries.insert(tx, granted)
            await _record(tx, EventKind.SUBSCRIPTION_GRANTED, granted, client, now)
            return self.state_of(granted)

    @asynccontextmanager
    async def _newest_held(
        self, user_id: UUID, session_id: UUID | None = None
    ) -> AsyncIterator[tuple[Connection, Subscription | None]]:
        """A transaction that alone may change this user's subscriptions, as a session of theirs asks, or the operator.

        Raises UserUnknown when the user is gone, Unauthenticated when the session has ended.
        """
        async with self._database.transaction() as tx:
            if session_id is not None:
                await self._sessions.require_live(tx, user_id, session_id)
            elif not await queries.lock_user(tx, user_id):
                raise UserUnknown
            yield tx, await queries.newest(tx, user_id)

    async def _user_id(self, email: str) -> UUID:
        if normalise_email(email) is None:
            raise UserUnknown
        async with self._database.connection() as connection:
            found = await users.credentials_by_email(connection, email)
        if found is None:
            raise UserUnknown
        return found.user_id

    def _plan(self, code: str) -> Plan:
        for plan in self._plans:
            if plan.code == code:
                return plan
        raise PlanUnknown(f"The plans are: {', '.join(plan.code for plan in self._plans)}.")


def _already(newest: Subscription) -> str:
    if newest.ends_at is None:
        return f"It is to {newest.plan_code}. Cancel it first, and grant again when it has ended."
    return f"It is to {newest.plan_code} and ends on {newest.ends_at:%Y-%m-%d}. Grant again after that day."


async def _record(
    tx: Connection,
    kind: EventKind,
    subscription: Subscription,
    client: Client,
    now: datetime,
    session_id: UUID | None = None,
) -> None:
    await audit.record(
        tx,
        kind=kind,
        outcome=Outcome.SUCCESS,
        client=client,
        now=now,
        user_id=subscription.user_id,
        session_id=session_id,
        detail={"plan": subscription.plan_code},
    )
