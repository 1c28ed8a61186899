"""What commit 5ce81d1 had promised is kept after the upgrade: mails that waited, links, dates, counted guesses."""

from datetime import datetime, timedelta

import pytest

from doorstep.login.failures import InvalidCredentials
from doorstep.one_time_tokens.failures import TokenUsed
from doorstep.throttle.failures import TooManyAttempts
from doorstep.users.failures import EmailTaken
from tests.builders import GOOD_PASSWORD
from tests.letterbox import code_in, link_token, mails
from tests.upgrades.going_on import is_out, log_in, signed_in
from tests.upgrades.held import BROWSERS, HELD
from tests.upgrades.old_servers import put_mail
from tests.world import PHONE, World

NEW_PASSWORD = "eleven loud geese at dusk"


async def test_mails_that_waited_are_sent_and_their_links_are_good(today: World) -> None:
    waiting = await today.scalar("SELECT array_agg(kind ORDER BY kind) FROM outbox WHERE sent_at IS NULL")
    assert isinstance(waiting, list)
    assert set(waiting) >= {"reset_password", "verify_email"}
    [to_bea] = [mail for mail in await mails(today, "bea@example.org") if "is your code" in mail]
    assert await today.scalar("SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 0

    bea = await signed_in(today, "bea")
    assert bea.user.email_verified_at is None
    await today.services.account.verify_by_code(bea, code_in(to_bea), PHONE)
    assert await today.scalar("SELECT email_verified_at FROM users WHERE id = $1", bea.user.id) is not None
    with pytest.raises(TokenUsed):
        await today.services.account.verify_by_link(link_token(to_bea, "verify"), PHONE, signed_up=True)


async def test_a_mail_of_an_old_server_is_sent_by_whoever_comes_after_it(today: World) -> None:
    """Whenever it was written: the columns that the upgrade added are empty in it."""
    async with today.database.connection() as connection:
        await put_mail(connection, "later@example.org")
    [mail] = await mails(today, "later@example.org")
    assert "A sentence of old." in mail


async def test_a_forgotten_password_is_replaced_by_the_link_that_waited(today: World) -> None:
    [mail] = [mail for mail in await mails(today, "hal@example.org") if "/reset/#" in mail]
    await today.services.recovery.reset(link_token(mail, "reset"), NEW_PASSWORD, PHONE)
    assert await is_out(today, BROWSERS["hal"]["refresh_token"])
    await log_in(today, "hal@example.org", NEW_PASSWORD)
    with pytest.raises(InvalidCredentials):
        await log_in(today, "hal@example.org")


async def test_a_new_address_is_confirmed(today: World) -> None:
    held = HELD["confirm"]
    assert (await signed_in(today, "eve")).user.email == held["email"]
    await today.services.account.confirm_new_email(held["token"], PHONE)
    await log_in(today, held["new"])
    with pytest.raises(InvalidCredentials):
        await log_in(today, held["email"])


async def test_a_new_address_is_undone(today: World) -> None:
    held = HELD["undo"]
    reset = (await today.services.account.undo_new_email(held["token"], PHONE)).reset_token
    assert reset is not None
    assert await is_out(today, BROWSERS["fay"]["refresh_token"])
    await today.services.recovery.reset(reset, NEW_PASSWORD, PHONE)
    await log_in(today, held["old"], NEW_PASSWORD)
    with pytest.raises(InvalidCredentials):
        await log_in(today, held["email"], NEW_PASSWORD)


async def test_an_address_that_was_given_up_is_held(today: World) -> None:
    with pytest.raises(EmailTaken):
        await today.services.sign_up.register(HELD["undo"]["old"], GOOD_PASSWORD, remember=False, client=PHONE)


async def test_a_log_in_of_somebody_else_is_ended(today: World) -> None:
    held = HELD["not_me"]
    assert (await signed_in(today, held["stranger"])).user.email == held["email"]
    reset = (await today.services.recovery.not_me(held["token"], PHONE)).reset_token
    assert reset is not None
    assert await is_out(today, BROWSERS[held["stranger"]]["refresh_token"])
    await today.services.recovery.reset(reset, NEW_PASSWORD, PHONE)
    await log_in(today, held["email"], NEW_PASSWORD)


async def test_a_deletion_is_due_when_it_was(today: World) -> None:
    held = HELD["leaving"]
    due_at = datetime.fromisoformat(held["due_at"])
    who = await signed_in(today, "ivy again")
    assert who.user.deletion_due_at == due_at
    await today.later(due_at - today.clock.now - timedelta(seconds=1))
    assert await today.services.leaving.erase_due() == 0
    await today.later(timedelta(seconds=1))
    assert await today.services.leaving.erase_due() == 1
    assert await today.scalar("SELECT count(*) FROM users WHERE email = $1", held["email"]) == 0


async def test_a_deletion_is_taken_back(today: World) -> None:
    who = await signed_in(today, "ivy again")
    await today.services.leaving.keep(who, PHONE)
    await today.later(timedelta(days=8))
    assert await today.services.leaving.erase_due() == 0


async def test_guesses_are_counted_on(today: World) -> None:
    held = HELD["guessed"]
    with pytest.raises(TooManyAttempts) as refused:
        await log_in(today, held["email"])
    assert refused.value.retry_after == held["seconds"]
    today.clock.advance(seconds=held["seconds"])
    await log_in(today, held["email"])
