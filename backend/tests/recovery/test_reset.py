import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from doorstep.kit.database import Database
from doorstep.login.failures import InvalidCredentials
from doorstep.login.models import Browser, LoggedIn
from doorstep.one_time_tokens.failures import TokenExpired, TokenUnknown, TokenUsed
from doorstep.passwords.failures import PasswordRefused
from doorstep.sessions.failures import SessionEnded
from doorstep.throttle.failures import ConfirmationRequired, ProofRequired
from doorstep.users.failures import EmailRefused
from tests.account.people import signed_in
from tests.builders import GOOD_PASSWORD, HandClock, settings_for
from tests.letterbox import ADA, forgot, link_token, mails
from tests.login.test_new_browser import log_in, told
from tests.login.test_throttle import attempt, from_network, guess_until_locked
from tests.world import PHONE, World, world_over

NEW_PASSWORD = "eleven loud geese at dusk"


async def test_a_forgotten_password_is_replaced_and_every_session_ends(world: World) -> None:
    await world.user()
    before = await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    await world.services.recovery.reset(await forgot(world), NEW_PASSWORD, PHONE)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(before.grant.refresh_token, PHONE)
    with pytest.raises(InvalidCredentials):
        await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    assert await world.services.login.with_password(ADA, NEW_PASSWORD, remember=False, client=PHONE)
    assert any("Your password was set" in mail for mail in await mails(world))


async def test_nobody_is_told_whether_an_address_is_known(world: World) -> None:
    await world.user()
    await world.services.recovery.ask("nobody@example.org", PHONE)
    assert await world.scalar("SELECT count(*) FROM recovery_requests") == 1
    assert await mails(world) == []
    assert await world.scalar("SELECT count(*) FROM recovery_requests") == 0


async def test_a_link_is_good_once(world: World) -> None:
    await world.user()
    token = await forgot(world)
    await world.services.recovery.look(token)
    await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)
    with pytest.raises(TokenUsed):
        await world.services.recovery.reset(token, GOOD_PASSWORD, PHONE)


async def test_two_resets_at_once_change_the_password_once(world: World) -> None:
    await world.user()
    token = await forgot(world)
    passwords = [f"{number} quiet herons at some dawn" for number in range(6)]
    outcomes = await asyncio.gather(
        *(world.services.recovery.reset(token, password, PHONE) for password in passwords), return_exceptions=True
    )
    assert outcomes.count(None) == 1
    assert {type(outcome) for outcome in outcomes if outcome is not None} == {TokenUsed}
    assert await world.events("password_reset") == [("password_reset", "success")]


async def test_a_link_expires(world: World) -> None:
    await world.user()
    token = await forgot(world)
    await world.later(world.services.settings.sessions.idle)
    with pytest.raises(TokenExpired):
        await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)


async def test_a_newer_link_voids_the_older_and_nobody_fills_a_mailbox(world: World) -> None:
    await world.user()
    older = await forgot(world)
    assert await forgot(world) == older
    world.clock.advance(minutes=1, seconds=1)
    newer = await forgot(world)
    with pytest.raises(TokenUnknown):
        await world.services.recovery.reset(older, NEW_PASSWORD, PHONE)
    await world.services.recovery.reset(newer, NEW_PASSWORD, PHONE)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 64, "ü", "../../etc"])
async def test_a_forged_link_opens_nothing(world: World, token: str) -> None:
    with pytest.raises(TokenUnknown):
        await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)


async def test_a_refused_password_leaves_the_link_good(world: World) -> None:
    await world.user()
    token = await forgot(world)
    with pytest.raises(PasswordRefused):
        await world.services.recovery.reset(token, "short", PHONE)
    await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)


async def test_a_disabled_user_gets_no_mail_and_no_password(world: World) -> None:
    await world.user()
    token = await forgot(world)
    await world.services.users.disable(ADA, PHONE)
    with pytest.raises(TokenUnknown):
        await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)
    world.clock.advance(minutes=2)
    await world.services.recovery.ask(ADA, PHONE)
    assert len(await mails(world)) == 1


async def test_a_log_in_that_was_not_theirs_is_ended_by_the_mail(world: World) -> None:
    await world.user()
    await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    assert await mails(world) == []
    thief = await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    [told] = await mails(world)
    done = await world.services.recovery.not_me(link_token(told, "verify", "not-me"), PHONE)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(thief.grant.refresh_token, PHONE)
    assert done.reset_token is not None
    await world.services.recovery.reset(done.reset_token, NEW_PASSWORD, PHONE)


async def test_no_usable_token_lies_in_the_database(world: World) -> None:
    await world.user()
    await world.services.recovery.ask(ADA, PHONE)
    await world.services.recovery.answer_one()
    dump = str(await world.scalar("SELECT string_agg(o::text, ' ') FROM outbox o"))
    tokens = str(await world.scalar("SELECT string_agg(t::text, ' ') FROM one_time_tokens t"))
    token = link_token((await mails(world))[-1], "reset")
    assert token not in dump
    assert token not in tokens
    assert await world.scalar("SELECT count(*) FROM outbox WHERE sealed_letter IS NOT NULL") == 0


async def test_who_was_in_the_account_cannot_take_the_address_after_a_reset(world: World) -> None:
    """A pending change of address falls with the password."""
    await world.user()
    thief = await signed_in(world)
    await world.services.account.ask_new_email(thief, "thief@evil.example", PHONE)
    confirm = link_token((await mails(world, "thief@evil.example"))[-1], "verify", "change")
    await world.services.recovery.reset(await forgot(world), NEW_PASSWORD, PHONE)
    with pytest.raises(TokenUnknown):
        await world.services.account.confirm_new_email(confirm, PHONE)
    assert await world.scalar("SELECT email FROM users") == ADA


async def test_a_mailbox_is_not_filled(world: World) -> None:
    await world.user()
    for _ in range(10):
        await world.services.recovery.ask(ADA, PHONE)
        await world.services.recovery.answer_one()
        world.clock.advance(minutes=2)
    assert len(await mails(world, ADA)) == 5
    world.clock.advance(hours=1)
    await world.services.recovery.ask(ADA, PHONE)
    assert len(await mails(world, ADA)) == 6


async def test_many_requests_at_once_write_one_mail(world: World) -> None:
    await world.user()
    for _ in range(6):
        await world.services.recovery.ask(ADA, PHONE)
    await asyncio.gather(*(world.services.recovery.answer_one() for _ in range(6)))
    assert await world.scalar("SELECT count(*) FROM recovery_requests") == 0
    assert len(await mails(world, ADA)) == 1


@pytest.mark.asvs("v5.0.0-6.3.1")
async def test_one_network_cannot_ask_without_end(world: World) -> None:
    """Whoever is asked for: past the free ones each costs a proof of work, as wrong passwords do."""
    free = world.services.throttle.limits.network_free
    for number in range(free):
        await world.services.recovery.ask(f"user{number}@example.org", PHONE)
    with pytest.raises(ProofRequired):
        await world.services.recovery.ask(ADA, PHONE)
    assert await world.scalar("SELECT count(*) FROM recovery_requests") == free


@pytest.mark.parametrize("typed", ["nobody", " ", "a b@example.org", "x" * 300])
async def test_what_is_no_address_is_refused_whoever_asks(world: World, typed: str) -> None:
    with pytest.raises(EmailRefused):
        await world.services.recovery.ask(typed, PHONE)
    assert await world.scalar("SELECT count(*) FROM recovery_requests") == 0


@pytest.mark.parametrize("way", ["not_me", "reset"])
async def test_every_browser_is_forgotten_and_the_next_log_in_is_told_wherever_it_is(world: World, way: str) -> None:
    """Whose browser is whose, a mailbox cannot tell."""
    await world.user()
    mine = await log_in(world)
    await log_in(world)
    token = link_token((await mails(world))[-1], "verify", "not-me")
    if way == "not_me":
        taken_back = await world.services.recovery.not_me(token, PHONE)
        assert taken_back.reset_token is not None
        with pytest.raises(TokenUsed):
            await world.services.recovery.not_me(token, PHONE)
        assert await attempt(world, GOOD_PASSWORD) is InvalidCredentials
        await world.services.recovery.reset(taken_back.reset_token, NEW_PASSWORD, PHONE)
    else:
        await world.services.recovery.reset(await forgot(world), NEW_PASSWORD, PHONE)
    known = "SELECT count(*) FROM known_devices d JOIN users u ON u.id = d.user_id AND d.epoch = u.device_epoch"
    assert await world.scalar(known) == 0
    assert await told(world) == 1
    for _ in range(2):
        await world.services.login.with_password(
            ADA, NEW_PASSWORD, remember=False, client=PHONE, browser=Browser(mine.device_id)
        )
        assert await told(world) == 2
    assert await world.scalar(known) == 1


async def test_the_owner_opens_the_lock_by_mail(world: World) -> None:
    await world.user()
    await guess_until_locked(world)
    assert await attempt(world, GOOD_PASSWORD, client=from_network(900)) is ConfirmationRequired
    token = link_token((await mails(world, ADA))[-1], "verify", "unlock")
    await world.services.recovery.unlock(token, PHONE)
    assert isinstance(await attempt(world, GOOD_PASSWORD, client=from_network(901)), LoggedIn)


async def test_a_worker_outlives_what_it_cannot_answer(world: World) -> None:
    """A broken table is as strange as it gets; when it is whole again, the request is answered."""
    await world.user()
    await world.services.recovery.ask(ADA, PHONE)
    await world.scalar("ALTER TABLE outbox RENAME TO hidden")
    with capture_logs() as lines:
        working = asyncio.create_task(world.services.recovery.keep_answering())
        try:
            async with asyncio.timeout(10):
                while not lines:  # noqa: ASYNC110 -- a log tells no event
                    await asyncio.sleep(0.01)
            await world.scalar("ALTER TABLE hidden RENAME TO outbox")
            async with asyncio.timeout(10):
                while await world.scalar("SELECT count(*) FROM recovery_requests"):  # noqa: ASYNC110 -- as above
                    await asyncio.sleep(0.01)
        finally:
            working.cancel()
    assert lines[0] == {"event": "recovery_not_answered", "log_level": "warning", "cause": "UndefinedTableError"}
    assert len(await mails(world, ADA)) == 1


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_asking_does_the_same_for_known_and_unknown(
    dsn: str, world: World, clock: HandClock, tmp_path: Path
) -> None:
    """Statement by statement, as the driver sends them: nothing of the request depends on who has the address."""
    await world.user()
    single = Database(dsn, connections=1)
    await single.open()
    asking = await world_over(single, clock, settings_for(dsn, tmp_path))
    statements: list[str] = []
    async with single.connection() as connection:
        connection.add_query_logger(lambda logged: statements.append(logged.query))
    seen = []
    for email in ("warm@example.org", "nobody@example.org", ADA):
        statements.clear()
        await asking.services.recovery.ask(email, PHONE)
        seen.append([each for each in statements if "throttle" in each or "recovery" in each or "users" in each])
    await single.close()
    asking.services.close()
    assert seen[1] == seen[2]
    assert len(seen[2]) == 2
    assert "FROM users" not in "".join(seen[2])
