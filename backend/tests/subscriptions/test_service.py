"""Subscriptions in the database: what is kept, what is refused, what the trail says, and what races leave behind."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from doorstep.audit.models import OPERATOR, Client
from doorstep.brand import Plan
from doorstep.gate.models import SignedIn
from doorstep.kit.database import Database
from doorstep.sessions.failures import Unauthenticated
from doorstep.subscriptions.failures import (
    AlreadySubscribed,
    DeletionPending,
    NothingToCancel,
    NothingToResume,
    PlanUnknown,
)
from doorstep.subscriptions.models import CurrentSubscription, Status
from doorstep.subscriptions.service import Subscriptions
from doorstep.users.failures import UserUnknown
from tests.account.people import signed_in
from tests.builders import START, HandClock, settings_for
from tests.letterbox import link_token, mails
from tests.subscriptions.test_policy import PLAN
from tests.world import World, world_over

EMAIL = "Ada@example.org"
BROWSER = Client("192.0.2.7", "Browser/1.0", "request-1")
NEXT = datetime(2026, 4, 14, 9, 26, 53, tzinfo=UTC)


Opener = Callable[..., Awaitable[World]]


@pytest.fixture
async def shop_with(dsn: str, database: Database, clock: HandClock, tmp_path: Path) -> AsyncIterator[Opener]:
    """Opens worlds that sell these plans and no others."""
    opened: list[World] = []

    async def open_shop(*plans: Plan) -> World:
        opened.append(await world_over(database, clock, settings_for(dsn, tmp_path, plans=plans)))
        return opened[-1]

    yield open_shop
    for shop in opened:
        shop.services.close()


@pytest.fixture
async def shop(shop_with: Opener) -> World:
    return await shop_with(PLAN)


@pytest.fixture
def subscriptions(shop: World) -> Subscriptions:
    return shop.services.subscriptions


@pytest.fixture
async def user_id(shop: World) -> UUID:
    return await shop.user(EMAIL)


async def cancel(shop: World, client: Client = BROWSER) -> CurrentSubscription:
    """As the user asks who has just logged in."""
    who = await signed_in(shop, EMAIL)
    return await shop.services.subscriptions.cancel(who.user.id, who.session_id, client)


async def resume(shop: World, who: SignedIn | None = None) -> CurrentSubscription:
    """The same."""
    who = who or await signed_in(shop, EMAIL)
    return await shop.services.subscriptions.resume(who.user.id, who.session_id, BROWSER)


async def trail(database: Database, user_id: UUID) -> list[tuple[str, str, dict[str, object]]]:
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT kind, outcome, detail::text FROM audit_events WHERE user_id = $1 AND kind LIKE 'subscription%'"
            " ORDER BY occurred_at, id",
            user_id,
        )
    return [(row["kind"], row["outcome"], json.loads(row["detail"])) for row in rows]


async def count(database: Database) -> int:
    async with database.connection() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM subscriptions"))


async def test_somebody_new_is_unsubscribed(subscriptions: Subscriptions, user_id: UUID) -> None:
    assert (await subscriptions.current(user_id)).status is Status.UNSUBSCRIBED
    assert (await subscriptions.current(uuid4())).status is Status.UNSUBSCRIBED


async def test_a_granted_subscription_runs_from_now_at_todays_price(
    subscriptions: Subscriptions, user_id: UUID, database: Database, shop_with: Opener
) -> None:
    granted = await subscriptions.grant(EMAIL.upper(), PLAN.code, OPERATOR)
    assert granted == await subscriptions.current(user_id)
    assert (granted.status, granted.plan, granted.started_at) == (Status.ACTIVE, PLAN, START)
    assert (granted.next_billing_at, granted.ends_at, granted.cancel_at_period_end) == (NEXT, None, False)
    assert await trail(database, user_id) == [("subscription_granted", "success", {"plan": PLAN.code})]
    dearer = await shop_with(PLAN.model_copy(update={"price_minor": 9900, "name": "New name"}))
    shown = (await dearer.services.subscriptions.current(user_id)).plan
    assert shown is not None
    assert (shown.price_minor, shown.name) == (1200, "New name")


async def test_cancel_ends_it_with_the_period_and_resume_takes_that_back(
    shop: World, subscriptions: Subscriptions, user_id: UUID, database: Database
) -> None:
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    await shop.later(timedelta(days=3))
    ending = await cancel(shop)
    assert ending == await subscriptions.current(user_id)
    assert (ending.status, ending.next_billing_at, ending.ends_at) == (Status.ACTIVE, None, NEXT)
    assert ending.cancel_at_period_end
    with pytest.raises(NothingToCancel):
        await cancel(shop)
    await shop.later(timedelta(days=3))
    resumed = await resume(shop)
    assert resumed == await subscriptions.current(user_id)
    assert (resumed.next_billing_at, resumed.ends_at, resumed.cancel_at_period_end) == (NEXT, None, False)
    with pytest.raises(NothingToResume):
        await resume(shop)
    kinds = [kind for kind, _, _ in await trail(database, user_id)]
    assert kinds == ["subscription_granted", "subscription_cancelled", "subscription_resumed"]


async def test_both_are_mailed_with_a_way_out_for_who_did_neither(
    shop: World, subscriptions: Subscriptions, user_id: UUID
) -> None:
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    await cancel(shop)
    await resume(shop)
    [cancelled] = [mail for mail in await mails(shop, EMAIL) if mail.startswith("Your subscription was cancelled")]
    [resumed] = [mail for mail in await mails(shop, EMAIL) if mail.startswith("Your subscription goes on")]
    assert "It runs until 14 April 2026" in cancelled
    assert len({link_token(mail, "verify", "not-me") for mail in (cancelled, resumed)}) == 2


async def test_an_ended_session_changes_nothing(shop: World, subscriptions: Subscriptions, user_id: UUID) -> None:
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    who = await signed_in(shop, EMAIL)
    await shop.services.sessions.sign_out(EMAIL, OPERATOR)
    with pytest.raises(Unauthenticated):
        await subscriptions.cancel(user_id, who.session_id, BROWSER)
    assert not (await subscriptions.current(user_id)).cancel_at_period_end
    await cancel(shop)
    with pytest.raises(Unauthenticated):
        await resume(shop, who)
    assert (await subscriptions.current(user_id)).cancel_at_period_end


async def test_nothing_is_resumed_in_an_account_that_is_to_be_deleted(
    shop: World, subscriptions: Subscriptions, user_id: UUID
) -> None:
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    await shop.services.leaving.ask_for(EMAIL)
    with pytest.raises(DeletionPending):
        await resume(shop)
    await shop.services.leaving.keep_for(EMAIL)
    assert not (await resume(shop)).cancel_at_period_end


async def test_after_its_end_it_is_cancelled_for_good_and_may_be_granted_again(
    shop: World, subscriptions: Subscriptions, user_id: UUID, database: Database
) -> None:
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    await cancel(shop)
    await shop.later(NEXT - START)
    over = await subscriptions.current(user_id)
    assert (over.status, over.ends_at, over.cancel_at_period_end) == (Status.CANCELLED, NEXT, False)
    with pytest.raises(NothingToResume):
        await resume(shop)
    with pytest.raises(NothingToCancel):
        await cancel(shop)
    again = await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    assert (again.status, again.started_at) == (Status.ACTIVE, NEXT)
    assert await count(database) == 2


async def test_nobody_can_cancel_or_resume_what_they_do_not_have(shop: World, user_id: UUID) -> None:
    with pytest.raises(NothingToCancel):
        await cancel(shop)
    with pytest.raises(NothingToResume):
        await resume(shop)


async def test_cancelling_touches_nobody_else(shop: World, subscriptions: Subscriptions, user_id: UUID) -> None:
    other = await shop.user("grace@example.org")
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    await subscriptions.grant("grace@example.org", PLAN.code, OPERATOR)
    await cancel(shop)
    assert not (await subscriptions.current(other)).cancel_at_period_end


@pytest.mark.parametrize(
    ("email", "plan", "refusal"),
    [
        ("nobody@example.org", PLAN.code, UserUnknown),
        ("no address", PLAN.code, UserUnknown),
        ("a\0b@example.org", PLAN.code, UserUnknown),
        ("\udcff@example.org", PLAN.code, UserUnknown),
        (EMAIL, "no-such-plan", PlanUnknown),
        (EMAIL, "", PlanUnknown),
    ],
)
async def test_a_grant_that_names_nobody_or_nothing_is_refused(
    subscriptions: Subscriptions, user_id: UUID, database: Database, email: str, plan: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await subscriptions.grant(email, plan, OPERATOR)
    assert await count(database) == 0
    assert await trail(database, user_id) == []


async def test_the_refusal_names_the_plans_there_are(subscriptions: Subscriptions) -> None:
    with pytest.raises(PlanUnknown) as caught:
        await subscriptions.grant(EMAIL, "monthly", OPERATOR)
    assert PLAN.code in str(caught.value.detail)


async def test_a_second_grant_says_what_there_is_and_until_when(
    shop: World, subscriptions: Subscriptions, user_id: UUID, database: Database
) -> None:
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    with pytest.raises(AlreadySubscribed) as renewing:
        await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    assert PLAN.code in str(renewing.value.detail)
    await cancel(shop)
    with pytest.raises(AlreadySubscribed) as ending:
        await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    assert "2026-04-14" in str(ending.value.detail)
    assert await count(database) == 1


async def test_the_plans_are_those_of_the_settings(shop_with: Opener) -> None:
    yearly = Plan(code="yearly", name="Yearly", description="", price_minor=1, currency="EUR", interval="year")
    assert (await shop_with(PLAN, yearly)).services.subscriptions.plans() == (PLAN, yearly)


async def all_at_once(calls: int, call: Callable[[], Awaitable[object]]) -> Counter[str]:
    """`calls` callers, each on a connection of its own, let go together; who got what."""
    barrier = asyncio.Barrier(calls)

    async def one() -> str:
        await barrier.wait()
        try:
            await call()
        except (AlreadySubscribed, NothingToCancel, NothingToResume) as refusal:
            return refusal.code
        return "done"

    return Counter(await asyncio.gather(*(one() for _ in range(calls))))


async def test_of_many_at_once_exactly_one_grants_cancels_resumes(
    shop: World, subscriptions: Subscriptions, user_id: UUID, database: Database
) -> None:
    session_id = (await signed_in(shop, EMAIL)).session_id
    granted = await all_at_once(8, lambda: subscriptions.grant(EMAIL, PLAN.code, OPERATOR))
    assert granted == {"done": 1, "already_subscribed": 7}
    assert await count(database) == 1
    cancelled = await all_at_once(8, lambda: subscriptions.cancel(user_id, session_id, BROWSER))
    assert cancelled == {"done": 1, "nothing_to_cancel": 7}
    resumed = await all_at_once(8, lambda: subscriptions.resume(user_id, session_id, BROWSER))
    assert resumed == {"done": 1, "nothing_to_resume": 7}
    kinds = Counter(kind for kind, _, _ in await trail(database, user_id))
    assert kinds == {"subscription_granted": 1, "subscription_cancelled": 1, "subscription_resumed": 1}


async def test_an_ended_one_is_granted_again_by_exactly_one_of_many(
    shop: World, subscriptions: Subscriptions, user_id: UUID, database: Database, clock: HandClock
) -> None:
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    await cancel(shop)
    clock.now = NEXT
    granted = await all_at_once(8, lambda: subscriptions.grant(EMAIL, PLAN.code, OPERATOR))
    assert granted == {"done": 1, "already_subscribed": 7}
    assert await count(database) == 2


async def test_a_change_waits_for_the_one_before_it(
    shop: World, subscriptions: Subscriptions, user_id: UUID, database: Database
) -> None:
    session_id = (await signed_in(shop, EMAIL)).session_id
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    async with database.transaction() as held:
        await held.execute("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE", user_id)
        cancelling = asyncio.create_task(subscriptions.cancel(user_id, session_id, BROWSER))
        await _until_somebody_waits(database)
        assert not cancelling.done()
    assert (await cancelling).cancel_at_period_end


async def test_a_change_under_way_stops_no_log_in(
    shop: World, subscriptions: Subscriptions, user_id: UUID, database: Database
) -> None:
    session_id = (await signed_in(shop, EMAIL)).session_id
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    async with database.transaction() as held:
        # The cancellation holds the user and waits for this row.
        await held.execute("SELECT FROM subscriptions WHERE user_id = $1 FOR UPDATE", user_id)
        cancelling = asyncio.create_task(subscriptions.cancel(user_id, session_id, BROWSER))
        await _until_somebody_waits(database)
        async with database.transaction() as login:
            # What the foreign key of a new session takes.
            await login.execute("SELECT FROM users WHERE id = $1 FOR KEY SHARE NOWAIT", user_id)
    assert (await cancelling).cancel_at_period_end


async def _until_somebody_waits(database: Database) -> None:
    waiting = """
        SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
    """
    async with database.connection() as connection, asyncio.timeout(10):
        while not await connection.fetchval(waiting):
            pass


async def test_a_change_that_cannot_be_recorded_is_not_made(
    shop: World, subscriptions: Subscriptions, user_id: UUID
) -> None:
    await subscriptions.grant(EMAIL, PLAN.code, OPERATOR)
    with pytest.raises(Exception, match="inet"):
        await cancel(shop, Client("no address", None, None))
    assert not (await subscriptions.current(user_id)).cancel_at_period_end
