"""Leaving on real connections: marked, kept, erased, with the real mails; and what happens at the same moment."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from doorstep.audit.models import EventKind, Outcome
from doorstep.audit.service import record
from doorstep.login.failures import InvalidCredentials
from doorstep.sessions.failures import SessionEnded, StepUpRequired, Unauthenticated
from doorstep.subscriptions.models import Status
from doorstep.users.failures import UserUnknown
from tests.account.people import signed_in
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA, forgot, link_token, mails
from tests.races.test_at_once import until
from tests.world import PHONE, World

GRACE = timedelta(days=7)
SECOND = timedelta(seconds=1)


async def leave(world: World) -> None:
    await world.services.leaving.ask(await signed_in(world), PHONE)


async def refused_log_in(world: World) -> None:
    with pytest.raises(InvalidCredentials):
        await world.services.login.with_password(ADA, "not the password of ada", remember=False, client=PHONE)


async def of_users(world: World) -> object:
    return await world.scalar("SELECT count(*) FROM users")


async def due_at(world: World) -> object:
    return await world.scalar("SELECT deletion_due_at FROM users")


async def tables_of_users(world: World) -> list[str]:
    """Every table that says whose a row is."""
    async with world.database.connection() as connection:
        found = await connection.fetch(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'user_id'"
        )
    return sorted(row["table_name"] for row in found)


async def test_leaving_ends_every_session_and_tells_the_owner_how_to_stay(world: World) -> None:
    await world.user()
    await world.services.subscriptions.grant(ADA, world.services.settings.plans[0].code, PHONE)
    elsewhere = await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=True, client=PHONE)
    who = await signed_in(world)
    assert await world.services.leaving.ask(who, PHONE) == world.clock.now + GRACE
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(elsewhere.grant.refresh_token, PHONE)
    assert await world.live_sessions() == 0
    assert (await world.services.subscriptions.current(who.user.id)).cancel_at_period_end
    told = [mail for mail in await mails(world, ADA) if mail.startswith("Your account will be deleted")]
    assert len(told) == 1
    assert "21 March 2026 at 09:26 UTC" in told[0]
    assert "Keep my account" in told[0]
    await world.services.leaving.keep_by_link(link_token(told[0], "verify", "keep"), PHONE)
    assert await due_at(world) is None
    assert await world.live_sessions() == 0, "the link signs nobody in"
    assert await world.events("deletion_asked") == [("deletion_asked", "success")]


@pytest.mark.asvs("v5.0.0-10.3.4")
async def test_leaving_needs_a_recent_log_in(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    world.clock.now += world.services.settings.sessions.step_up_age
    with pytest.raises(StepUpRequired):
        await world.services.leaving.ask(who, PHONE)
    assert await due_at(world) is None
    assert await world.events("deletion_asked") == [("deletion_asked", "refused")]


async def test_leaving_voids_the_mailed_tokens_but_the_ways_back_of_the_owner(world: World) -> None:
    await world.unverified()
    await forgot(world)
    await world.services.account.send_verification(await signed_in(world))
    await world.scalar("UPDATE users SET email_verified_at = created_at RETURNING 1")
    await world.services.account.ask_new_email(await signed_in(world), "new@example.org", PHONE)
    before = await world.scalar("SELECT count(*) FROM one_time_tokens WHERE purpose = 'not_me'")
    await leave(world)
    left = "SELECT array_agg(DISTINCT purpose ORDER BY purpose) FROM one_time_tokens"
    assert await world.scalar(left) == ["keep_account", "not_me"]
    assert await world.scalar("SELECT count(*) FROM one_time_tokens WHERE purpose = 'not_me'") >= before  # type: ignore[operator]


async def test_within_the_grace_a_log_in_works_and_changes_nothing(world: World) -> None:
    await world.user()
    await leave(world)
    before = await due_at(world)
    world.clock.now += GRACE - SECOND
    await world.services.ring.load()
    who = await signed_in(world)
    assert who.user.deletion_due_at == before
    assert (await world.services.upkeep.purge())["users"] == 0


async def test_keeping_takes_it_back_and_tells_the_owner(world: World) -> None:
    await world.user()
    await world.services.subscriptions.grant(ADA, world.services.settings.plans[0].code, PHONE)
    await leave(world)
    who = await signed_in(world)
    await world.services.leaving.keep(who, PHONE)
    await world.services.leaving.keep(who, PHONE)
    assert await due_at(world) is None
    assert len([mail for mail in await mails(world, ADA) if mail.startswith("Your account stays")]) == 1
    assert await world.events("account_kept") == [("account_kept", "success")]
    world.clock.now += GRACE
    assert (await world.services.upkeep.purge())["users"] == 0
    await world.services.ring.load()
    who = await signed_in(world)
    resumed = await world.services.subscriptions.resume(who.user.id, who.session_id, PHONE)
    assert resumed.status is Status.ACTIVE


async def test_a_second_deletion_does_not_move_the_day(world: World) -> None:
    await world.user()
    await leave(world)
    first = await due_at(world)
    world.clock.now += timedelta(days=2)
    await world.services.ring.load()
    await leave(world)
    assert await due_at(world) == first
    assert await world.live_sessions() == 0
    assert len([mail for mail in await mails(world, ADA) if mail.startswith("Your account will")]) == 1


@pytest.mark.asvs("v5.0.0-14.2.7")
async def test_after_the_grace_nothing_about_the_person_is_left(world: World) -> None:
    """Every table that names users, whatever is added to the product later; and every text of every table."""
    user_id = await world.user()
    await world.user("grace@example.org")
    await world.services.subscriptions.grant(ADA, world.services.settings.plans[0].code, PHONE)
    who = await signed_in(world)
    await world.services.account.ask_new_email(who, "new@example.org", PHONE)
    token = [mail for mail in await mails(world, "new@example.org") if "#change=" in mail][-1]
    await world.services.account.confirm_new_email(token.split("#change=")[1].split()[0], PHONE)
    with pytest.raises(InvalidCredentials):
        await world.services.login.with_password("new@example.org", "wrong", remember=False, client=PHONE)
    await world.services.recovery.ask("new@example.org", PHONE)
    await world.services.leaving.ask(await signed_in(world, "new@example.org"), PHONE)
    await mails(world)
    world.clock.now += GRACE
    assert (await world.services.upkeep.purge())["users"] == 1

    tables = await tables_of_users(world)
    assert {"sessions", "subscriptions", "known_devices", "one_time_tokens", "outbox", "audit_events"} <= set(tables)
    async with world.database.connection() as connection:
        for table in tables:
            if table != "audit_events":
                found = await connection.fetchval(f"SELECT count(*) FROM {table} WHERE user_id = $1", user_id)  # noqa: S608
                assert found == 0, table
        everything = await connection.fetch(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        for (table,) in everything:
            if table not in {"audit_events", "spent_proofs"}:
                rows = await connection.fetch(f"SELECT t::text FROM {table} t")  # noqa: S608
                for (row,) in rows:
                    assert "new@example.org" not in row, table
                    assert "ada@" not in row, table
        left = await connection.fetch("SELECT * FROM audit_events WHERE user_id = $1", user_id)
    assert {row["kind"] for row in left} >= {"user_created", "login", "deletion_asked", "user_erased"}
    for row in left:
        assert (row["address"], row["user_agent"], row["request_id"], row["detail"]) == (None, None, None, "{}")
    assert await of_users(world) == 1
    assert await world.scalar("SELECT count(*) FROM audit_events WHERE address IS NOT NULL") == 1  # Grace's


async def test_the_address_is_free_again_and_a_new_account_has_nothing_of_the_old(world: World) -> None:
    before = await world.user()
    await leave(world)
    world.clock.now += GRACE
    await world.services.upkeep.purge()
    with pytest.raises(InvalidCredentials):
        await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    after = await world.user()
    assert after != before
    assert [event.kind for event in await world.services.trail.of_user(after, None)] == ["user_created"]


async def test_the_trail_forgets_only_who_is_gone_and_nothing_but_the_person(world: World) -> None:
    user_id = await world.user()
    forget = "UPDATE audit_events SET address = NULL, user_agent = NULL, request_id = NULL, detail = '{}'"
    async with world.database.connection() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append only"):
            await connection.execute(f"{forget} WHERE user_id = $1", user_id)
        await connection.execute("DELETE FROM users WHERE id = $1", user_id)
        others = ("kind = 'login'", "outcome = 'alarm'", "occurred_at = now()", "user_id = NULL", "session_id = id")
        for more in (
            *(f"{forget}, {other}" for other in others),
            "UPDATE audit_events SET address = '192.0.2.1'",
            "UPDATE audit_events SET detail = '{}', user_agent = NULL",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append only"):
                await connection.execute(more)
        await connection.execute(f"{forget} WHERE user_id = $1", user_id)


async def test_what_was_written_while_somebody_was_erased_is_forgotten_too(world: World) -> None:
    user_id = await world.user()
    await world.services.leaving.erase_now(ADA)
    async with world.database.transaction() as tx:
        await record(
            tx, kind=EventKind.LOGIN, outcome=Outcome.REFUSED, client=PHONE, now=world.clock.now, user_id=user_id
        )
    await world.services.upkeep.purge()
    assert await world.scalar("SELECT count(*) FROM audit_events WHERE address IS NOT NULL") == 0


# At the same moment


async def test_deletion_twice_at_once_is_one(world: World) -> None:
    """The first ends the session in which the others are asked for."""
    await world.user()
    who = await signed_in(world)
    await world.ready_connections()
    days = await asyncio.gather(*(world.services.leaving.ask(who, PHONE) for _ in range(6)), return_exceptions=True)
    assert days.count(world.clock.now + GRACE) == 1
    assert sum(isinstance(day, Unauthenticated) for day in days) == 5
    assert await due_at(world) == world.clock.now + GRACE
    assert await world.events("deletion_asked") == [("deletion_asked", "success")]
    assert len([mail for mail in await mails(world, ADA) if mail.startswith("Your account will")]) == 1


async def test_keeping_and_erasing_at_once_leave_all_or_nothing(world: World) -> None:
    for _ in range(8):
        await world.user()
        await leave(world)
        world.clock.now += GRACE
        await world.services.ring.load()
        who = await signed_in(world)
        await world.ready_connections()
        kept, erased = await asyncio.gather(
            world.services.leaving.keep(who, PHONE), world.services.leaving.erase_due(), return_exceptions=True
        )
        if await of_users(world) == 0:
            assert isinstance(kept, Unauthenticated)
            assert erased == 1
        else:
            assert (kept, erased, await due_at(world)) == (None, 0, None)
            await world.services.leaving.erase_now(ADA)


async def test_whoever_is_just_keeping_the_account_is_not_erased(world: World) -> None:
    """The one order that chance hardly ever gives: the purge comes while keeping has not committed yet."""
    await world.user()
    await leave(world)
    world.clock.now += GRACE
    async with world.database.transaction() as keeping:
        await keeping.execute("UPDATE users SET deletion_due_at = NULL")
        assert await world.services.leaving.erase_due() == 0
    assert await world.services.leaving.erase_due() == 0
    assert await of_users(world) == 1


async def test_two_processes_erase_everybody_once(world: World) -> None:
    for number in range(12):
        await world.user(f"user{number}@example.org")
        await world.services.leaving.ask_for(f"user{number}@example.org")
    world.clock.now += GRACE
    await world.ready_connections()
    done = await asyncio.gather(*(world.services.leaving.erase_due() for _ in range(4)))
    assert sum(done) == 12
    assert await world.events("user_erased") == [("user_erased", "success")] * 12


async def test_a_log_in_while_the_account_is_erased_is_refused_or_ends_with_it(world: World) -> None:
    for _ in range(6):
        await world.user()
        await leave(world)
        world.clock.now += GRACE
        await world.services.ring.load()
        await world.ready_connections()
        entered, erased = await asyncio.gather(
            world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE),
            world.services.leaving.erase_due(),
            return_exceptions=True,
        )
        if isinstance(entered, BaseException):
            assert isinstance(entered, InvalidCredentials)
            assert erased == 1
        else:  # it held the account: the erasure passed over it, or waited
            assert erased == 1 or await world.services.leaving.erase_due() == 1
            with pytest.raises(Unauthenticated):
                await world.services.gate.identify(entered.grant.access_token)
        assert await world.scalar("SELECT count(*) FROM sessions") == 0
        await world.services.upkeep.purge()
        # A log-in that came after the erasure is a stranger's, and its event names nobody.
        named = "SELECT count(*) FROM audit_events WHERE address IS NOT NULL AND user_id IS NOT NULL"
        assert await world.scalar(named) == 0


@pytest.mark.asvs("v5.0.0-15.4.2")
async def test_the_last_guess_while_the_account_is_erased_is_refused_like_any_other(world: World) -> None:
    """The mail about it has a link, and a link has an owner."""
    await world.user()
    await refused_log_in(world)
    await world.scalar("UPDATE throttle SET failures = 99, blocked_until = NULL WHERE kind = 'email' RETURNING 1")
    await world.ready_connections()
    async with world.database.transaction() as erasing:
        await erasing.execute("SELECT 1 FROM users FOR UPDATE")
        guess = asyncio.create_task(refused_log_in(world))
        waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        await until(f"EXISTS (SELECT {waiting})", world.database)
        await erasing.execute("DELETE FROM users")
    await guess
    assert await world.events("login_locked") == [("login_locked", "alarm")]
    assert await world.scalar("SELECT count(*) FROM outbox WHERE kind = 'login_locked'") == 0


async def test_a_request_of_somebody_who_was_erased_meanwhile_writes_nothing_and_is_no_crash(world: World) -> None:
    """They passed the gate, and then the account was gone: nobody is signed in any more."""
    await world.unverified()
    who = await signed_in(world)
    mailed = await world.scalar("SELECT count(*) FROM outbox")
    await world.scalar("DELETE FROM users RETURNING 1")
    with pytest.raises(Unauthenticated):
        await world.services.account.send_verification(who)
    with pytest.raises(Unauthenticated):
        await world.services.account.ask_new_email(who, "elsewhere@example.org", PHONE)
    assert await world.scalar("SELECT count(*) FROM outbox") == mailed
    assert await world.scalar("SELECT count(*) FROM one_time_tokens") == 0


async def test_a_log_in_while_deletion_is_asked_for_is_inside_or_outside_and_never_half(world: World) -> None:
    await world.user()
    for _ in range(6):
        who = await signed_in(world)
        await world.ready_connections()
        entered, asked = await asyncio.gather(
            world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE),
            world.services.leaving.ask(who, PHONE),
        )
        live = await world.live_sessions()
        assert live in {0, 1}
        if live:  # it came after the deletion: it knows
            inside = await world.services.gate.identify(entered.grant.access_token)
            assert inside.user.deletion_due_at == asked
        await world.services.leaving.keep_for(ADA)


# By an operator


async def test_an_operator_deletes_keeps_and_erases(world: World) -> None:
    await world.user()
    assert await world.services.leaving.ask_for(f" {ADA.upper()} ") == world.clock.now + GRACE
    assert await world.services.leaving.keep_for(ADA)
    assert not await world.services.leaving.keep_for(ADA)
    await world.services.leaving.erase_now(ADA)
    assert await of_users(world) == 0
    for act in (world.services.leaving.ask_for, world.services.leaving.keep_for, world.services.leaving.erase_now):
        with pytest.raises(UserUnknown):
            await act(ADA)
