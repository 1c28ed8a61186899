"""No way round a second factor: every path that ends in a session, and everything that a ticket could be bent to."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import pytest

from doorstep.account.failures import WrongPassword
from doorstep.gate.models import SignedIn
from doorstep.login.failures import InvalidCredentials, SecondFactorRequired
from doorstep.login.models import Browser, LoggedIn
from doorstep.sessions.failures import SessionEnded
from doorstep.throttle.failures import ConfirmationRequired, TooManyAttempts
from doorstep.tickets.failures import TicketEnded
from doorstep.totp.failures import TotpLocked, WrongFactorCode
from doorstep.users.failures import EmailTaken
from tests.account.people import signed_in
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA, forgot, link_token, mails
from tests.login.test_new_browser import told
from tests.second_factors.people import (
    Enrolled,
    by_recovery_code,
    by_totp,
    enrolled,
    owner,
    owner_of,
    ticket,
    trusted_browser,
)
from tests.world import PHONE, World

EVE = "eve@example.org"
NEW_PASSWORD = "eleven loud geese at dusk"


async def log_in(world: World, password: str = GOOD_PASSWORD, browser: Browser = Browser()) -> LoggedIn:  # noqa: B008 -- frozen
    return await world.services.login.with_password(ADA, password, remember=False, client=PHONE, browser=browser)


# The two steps


@pytest.mark.asvs("v5.0.0-6.3.4", "v5.0.0-6.4.3")
async def test_the_password_leads_to_a_ticket_and_the_code_to_a_session(world: World) -> None:
    ada = await enrolled(world)
    with pytest.raises(SecondFactorRequired) as required:
        await log_in(world)
    assert required.value.members()["factors"] == ["totp", "recovery_code"]
    assert required.value.members()["expires_in"] == 300
    assert await world.live_sessions() == 1  # the one in which it was turned on
    done = await by_totp(world, required.value.ticket, ada.code(world))
    who = await world.services.gate.identify(done.grant.access_token)
    assert (who.user.id, who.amr) == (ada.user_id, ("pwd", "otp"))
    assert sorted(await world.events("second_factor_asked", "second_factor", "login")) == [
        ("login", "success"),
        ("login", "success"),
        ("second_factor_asked", "success"),
    ]


async def test_a_wrong_password_is_told_nothing_of_a_second_factor(world: World) -> None:
    await enrolled(world)
    with pytest.raises(InvalidCredentials):
        await log_in(world, "not the password of ada")
    assert await world.scalar("SELECT count(*) FROM login_tickets") == 0


@pytest.mark.asvs("v5.0.0-6.5.1")
async def test_each_code_is_accepted_once(world: World) -> None:
    ada = await enrolled(world)
    code = ada.code(world)
    assert await by_totp(world, await ticket(world), code)
    with pytest.raises(WrongFactorCode, match="used already"):
        await by_totp(world, await ticket(world), code)
    # Nor one from before it.
    with pytest.raises(WrongFactorCode):
        await by_totp(world, await ticket(world), ada.code(world, -1))
    assert await by_totp(world, await ticket(world), ada.code(world, 1))


@pytest.mark.asvs("v5.0.0-6.5.1")
async def test_the_code_that_turned_it_on_is_used_by_that(world: World) -> None:
    ada = await enrolled(world)
    world.clock.now -= timedelta(seconds=60)
    with pytest.raises(WrongFactorCode):
        await by_totp(world, await ticket(world), ada.code(world))


@pytest.mark.asvs("v5.0.0-6.5.1")
async def test_each_recovery_code_is_accepted_once_and_told_to_the_owner(world: World) -> None:
    ada = await enrolled(world)
    done = await by_recovery_code(world, await ticket(world), ada.recovery_codes[3])
    assert (await world.services.gate.identify(done.grant.access_token)).amr == ("pwd", "rc")
    with pytest.raises(WrongFactorCode):
        await by_recovery_code(world, await ticket(world), ada.recovery_codes[3])
    [mail] = [mail for mail in await mails(world, ADA) if "A recovery code was used" in mail]
    assert "9 are left." in mail
    assert await world.events("recovery_code_used") == [("recovery_code_used", "success")]


# Tickets


@pytest.mark.asvs("v5.0.0-6.5.5")
async def test_a_ticket_ends_after_five_minutes(world: World) -> None:
    ada = await enrolled(world)
    first = await ticket(world)
    world.clock.now += timedelta(minutes=5)
    with pytest.raises(TicketEnded):
        await by_totp(world, first, ada.code(world))


@pytest.mark.asvs("v5.0.0-6.3.5", "v5.0.0-6.6.3")
async def test_a_ticket_has_five_tries_whatever_is_tried_and_the_owner_hears_of_it(world: World) -> None:
    ada = await enrolled(world)
    first = await ticket(world)
    for _ in range(2):
        with pytest.raises(WrongFactorCode):
            await by_totp(world, first, ada.code(world, 9))
        with pytest.raises(WrongFactorCode):
            await by_recovery_code(world, first, "0000-0000")
    with pytest.raises(TicketEnded):
        await by_totp(world, first, ada.code(world, 9))
    with pytest.raises(TicketEnded):
        await by_totp(world, first, ada.code(world))
    with pytest.raises(TicketEnded):
        await by_recovery_code(world, first, ada.recovery_codes[0])
    told = [mail for mail in await mails(world, ADA) if "Somebody typed your password" in mail]
    assert len(told) == 1
    assert await world.events("second_factor") == [("second_factor", "refused")] * 5


@pytest.mark.asvs("v5.0.0-6.6.3")
async def test_another_ticket_gives_no_more_wrong_codes_and_the_owner_hears_of_them_once_an_hour(world: World) -> None:
    """Five are free, then each waits twice as long, and only a right one takes that back."""
    ada = await enrolled(world)
    waits: list[int | None] = []
    for number in range(10):
        if number % 5 == 0:
            first = await ticket(world)
        if number >= 5:
            with pytest.raises(TooManyAttempts) as early:
                await by_totp(world, first, ada.code(world, 9))
            waits.append(early.value.retry_after)
            world.clock.advance(seconds=early.value.retry_after or 0)
        with pytest.raises((WrongFactorCode, TicketEnded)):
            await by_totp(world, first, ada.code(world, 9))
    assert waits == [1, 2, 4, 8, 16]
    assert len([mail for mail in await mails(world, ADA) if "Somebody typed your password" in mail]) == 1
    world.clock.advance(seconds=32)
    assert await by_totp(world, await ticket(world), ada.code(world))
    first = await ticket(world)
    for _ in range(5):
        with pytest.raises((WrongFactorCode, TicketEnded)):
            await by_totp(world, first, ada.code(world, 9))


@pytest.mark.parametrize("text", ["", "x", "A" * 43, "é", "\ud800"])
async def test_a_made_up_ticket_opens_nothing(world: World, text: str) -> None:
    ada = await enrolled(world)
    with pytest.raises(TicketEnded):
        await by_totp(world, text, ada.code(world))
    with pytest.raises(TicketEnded):
        await by_recovery_code(world, text, ada.recovery_codes[0])


async def test_a_ticket_is_not_readable_in_the_database_and_no_token_of_a_mail_passes_for_one(world: World) -> None:
    ada = await enrolled(world)
    first = await ticket(world)
    assert first not in str(await world.scalar("SELECT string_agg(t::text, ' ') FROM login_tickets t"))
    with pytest.raises(TicketEnded):
        await by_totp(world, await forgot(world), ada.code(world))


async def test_a_ticket_of_another_user_asks_for_their_factor(world: World) -> None:
    ada, eve = await enrolled(world), await enrolled(world, EVE)
    of_ada = await ticket(world)
    with pytest.raises(WrongFactorCode):
        await by_totp(world, of_ada, eve.code(world))
    with pytest.raises(WrongFactorCode):
        await by_recovery_code(world, of_ada, eve.recovery_codes[0])
    assert await by_recovery_code(world, await ticket(world, EVE), eve.recovery_codes[0])
    assert await by_totp(world, of_ada, ada.code(world))


@pytest.mark.asvs("v5.0.0-6.5.1")
async def test_a_ticket_opens_nothing_twice(world: World) -> None:
    ada = await enrolled(world)
    first = await ticket(world)
    assert await by_totp(world, first, ada.code(world))
    with pytest.raises(TicketEnded):
        await by_totp(world, first, ada.code(world, 1))
    with pytest.raises(TicketEnded):
        await by_recovery_code(world, first, ada.recovery_codes[0])


async def signed_in_again(world: World, ada: Enrolled) -> SignedIn:
    done = await by_totp(world, await ticket(world), ada.code(world))
    return await world.services.gate.identify(done.grant.access_token)


async def change_password(world: World, ada: Enrolled) -> None:
    who = await signed_in_again(world, ada)
    await world.services.account.change_password(who, GOOD_PASSWORD, NEW_PASSWORD, PHONE, Browser())


async def reset_password(world: World, ada: Enrolled) -> None:
    del ada
    await world.services.recovery.reset(await forgot(world), NEW_PASSWORD, PHONE)


async def turn_off(world: World, ada: Enrolled) -> None:
    who = await signed_in_again(world, ada)
    await world.services.second_factors.turn_off(owner(who))


async def disable(world: World, ada: Enrolled) -> None:
    del ada
    await world.services.users.disable(ADA, PHONE)


@pytest.mark.asvs("v5.0.0-6.4.3")
@pytest.mark.parametrize("change", [change_password, reset_password, turn_off, disable])
async def test_a_ticket_from_before_a_change_opens_nothing_after_it(world: World, change: object) -> None:
    ada = await enrolled(world)
    first, second = await ticket(world), await ticket(world)
    await change(world, ada)  # type: ignore[operator]
    with pytest.raises(TicketEnded):
        await by_totp(world, first, ada.code(world, 1))
    with pytest.raises((TicketEnded, WrongFactorCode)):
        await by_recovery_code(world, second, ada.recovery_codes[0])


# Other paths


@pytest.mark.asvs("v5.0.0-6.4.3", "v5.0.0-6.3.4")
async def test_a_new_password_by_mail_does_not_pass_the_second_factor(world: World) -> None:
    ada = await enrolled(world)
    await world.services.recovery.reset(await forgot(world), NEW_PASSWORD, PHONE)
    assert await world.live_sessions() == 0
    with pytest.raises(SecondFactorRequired):
        await log_in(world, NEW_PASSWORD)
    assert await by_totp(world, await ticket(world, password=NEW_PASSWORD), ada.code(world))


@pytest.mark.asvs("v5.0.0-6.3.4", "v5.0.0-6.4.3")
async def test_no_mail_signs_anybody_in(world: World) -> None:
    """Verifying, another address and its undoing, «not me»: the password and the factor are asked for afterwards."""
    ada = await enrolled(world, verified=False)
    done = await by_totp(world, await ticket(world, browser=Browser()), ada.code(world))
    who = await world.services.gate.identify(done.grant.access_token)
    account = world.services.account
    await account.send_verification(who)
    await account.verify_by_link(
        link_token(next(mail for mail in await mails(world, ADA) if "is your code" in mail), "verify"),
        PHONE,
        signed_up=True,
    )
    await account.ask_new_email(who, EVE, PHONE)
    await account.confirm_new_email(link_token((await mails(world, EVE))[0], "verify", "change"), PHONE)
    with pytest.raises(SecondFactorRequired):
        await world.services.login.with_password(EVE, GOOD_PASSWORD, remember=False, client=PHONE)
    undo = next(mail for mail in await mails(world, ADA) if "#undo=" in mail)
    undone = await account.undo_new_email(link_token(undo, "verify", "undo"), PHONE)
    assert await world.live_sessions() == 0
    assert undone.reset_token is not None
    await world.services.recovery.reset(undone.reset_token, NEW_PASSWORD, PHONE)
    assert await world.live_sessions() == 0
    with pytest.raises(SecondFactorRequired):
        await log_in(world, NEW_PASSWORD)


async def test_signing_up_again_signs_nobody_in(world: World) -> None:
    await enrolled(world)
    with pytest.raises(EmailTaken):
        await world.services.sign_up.register(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    await world.services.sign_up.register_quietly(ADA, GOOD_PASSWORD, client=PHONE)
    with pytest.raises(SecondFactorRequired):
        await log_in(world)


async def test_refresh_keeps_what_a_session_was_begun_with_and_one_from_before_has_ended(world: World) -> None:
    await world.user()
    before = await log_in(world)
    who = await owner_of(world)
    made = await world.services.second_factors.begin(who)
    ada = Enrolled(who.user_id, made.secret, (), who)
    await world.services.second_factors.confirm(who, ada.code(world))
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(before.grant.refresh_token, PHONE)
    world.clock.advance(minutes=2)
    done = await by_totp(world, await ticket(world), ada.code(world))
    fresh = await world.services.sessions.refresh(done.grant.refresh_token, PHONE)
    assert (await world.services.gate.identify(fresh.access_token)).amr == ("pwd", "otp")


async def test_step_up_by_the_password_alone_opens_nothing(world: World) -> None:
    ada = await enrolled(world)
    who = await signed_in_again(world, ada)
    world.clock.advance(minutes=30)
    with pytest.raises(WrongPassword):
        await world.services.account.step_up(who, "not my password at all", PHONE, Browser())


# Trusted browsers


@pytest.mark.asvs("v5.0.0-6.3.4", "v5.0.0-6.3.5")
async def test_a_trusted_browser_is_asked_for_the_password_only_for_thirty_days(world: World) -> None:
    ada = await enrolled(world)
    done = await by_totp(world, await ticket(world), ada.code(world), trust=True)
    here = Browser(done.device_id)
    assert (await world.services.second_factors.overview(ada.user_id)).trusted_browsers == 1
    assert await log_in(world, browser=here)
    with pytest.raises(InvalidCredentials):
        await log_in(world, "not the password of ada", browser=here)
    with pytest.raises(SecondFactorRequired):
        await log_in(world)
    await world.later(timedelta(days=30))
    assert await told(world) == 1
    again = await by_totp(world, await ticket(world, browser=here), ada.code(world), trust=True, browser=here)
    assert again.device_id != here.device_id
    assert await told(world) == 1  # a browser that was known by another id is no new one


async def test_a_trusted_browser_is_trusted_for_its_user_only(world: World) -> None:
    ada, eve = await enrolled(world), await enrolled(world, EVE)
    done = await by_totp(world, await ticket(world), ada.code(world), trust=True)
    here = Browser(done.device_id)
    first = await ticket(world, EVE, browser=here)
    of_eve = await by_totp(world, first, eve.code(world), browser=here)
    assert of_eve.device_id == done.device_id
    with pytest.raises(SecondFactorRequired):
        await world.services.login.with_password(EVE, GOOD_PASSWORD, remember=False, client=PHONE, browser=here)
    assert await log_in(world, browser=here)


@pytest.mark.asvs("v5.0.0-6.3.4")
async def test_a_device_id_that_somebody_planted_is_not_trusted(world: World) -> None:
    """Whoever put their own device cookie into the owner's browser beforehand holds an id that is worth nothing."""
    ada, eve = await enrolled(world), await enrolled(world, EVE)
    planted = (await by_totp(world, await ticket(world, EVE), eve.code(world))).device_id
    there = Browser(planted)
    done = await by_totp(world, await ticket(world, browser=there), ada.code(world), trust=True, browser=there)
    assert done.device_id != planted
    with pytest.raises(SecondFactorRequired):
        await log_in(world, browser=there)


async def test_a_ticket_that_is_carried_to_another_browser_is_not_of_a_known_one(world: World) -> None:
    """Else who reads a ticket would be inside as the owner's own browser, and nobody would be told."""
    ada = await enrolled(world)
    here = Browser((await by_totp(world, await ticket(world), ada.code(world))).device_id)
    assert await told(world) == 1
    elsewhere = Browser((await by_totp(world, await ticket(world, browser=here), ada.code(world, 1))).device_id)
    assert elsewhere.device_id != here.device_id
    assert await told(world) == 2
    world.clock.advance(minutes=2)
    stays = await by_totp(world, await ticket(world, browser=here), ada.code(world), browser=here)
    assert stays.device_id == here.device_id
    assert await told(world) == 2


async def distrust(world: World, ada: Enrolled) -> None:
    await world.services.second_factors.distrust_browsers(ada.owner)


@pytest.mark.asvs("v5.0.0-6.3.4")
@pytest.mark.parametrize("change", [reset_password, distrust])
async def test_trust_ends_with_a_change(world: World, change: object) -> None:
    ada = await enrolled(world)
    here = Browser((await by_totp(world, await ticket(world), ada.code(world), trust=True)).device_id)
    await change(world, ada)  # type: ignore[operator]
    with pytest.raises(SecondFactorRequired):
        await log_in(world, NEW_PASSWORD if change is reset_password else GOOD_PASSWORD, browser=here)
    assert (await world.services.second_factors.overview(ada.user_id)).trusted_browsers == 0


@pytest.mark.asvs("v5.0.0-6.3.4")
async def test_trust_does_not_outlive_the_factor_that_gave_it(world: World) -> None:
    ada = await enrolled(world)
    await by_totp(world, await ticket(world), ada.code(world), trust=True)
    here = await trusted_browser(world)
    await world.services.second_factors.reset(ADA, PHONE)
    who = owner(await signed_in(world))
    made = await world.services.second_factors.begin(who)
    await world.services.second_factors.confirm(who, Enrolled(ada.user_id, made.secret, (), who).code(world))
    with pytest.raises(SecondFactorRequired):
        await log_in(world, browser=here)


# Guessing


@pytest.mark.asvs("v5.0.0-6.6.3")
async def test_new_tickets_give_no_new_tries_for_nothing(world: World) -> None:
    """The right password is forgiven with the second factor only: after five tickets there is a wait, which doubles."""
    ada = await enrolled(world)
    for _ in range(5):
        await ticket(world)
    with pytest.raises(TooManyAttempts) as refused:
        await log_in(world)
    assert refused.value.retry_after == 1
    world.clock.advance(seconds=1)
    await ticket(world)
    with pytest.raises(TooManyAttempts) as refused:
        await log_in(world)
    assert refused.value.retry_after == 2
    world.clock.advance(seconds=2)
    assert await by_totp(world, await ticket(world), ada.code(world))
    for _ in range(5):  # forgiven
        await ticket(world)


@pytest.mark.asvs("v5.0.0-6.3.1")
async def test_a_hundred_wrong_codes_in_a_row_close_the_app_to_unknown_browsers_only(world: World) -> None:
    ada = await enrolled(world)
    known = Browser((await by_totp(world, await ticket(world), ada.code(world))).device_id)
    await world.scalar("UPDATE totp SET wrong_codes = 99 RETURNING 1")
    first = await ticket(world)
    with pytest.raises(WrongFactorCode):
        await by_totp(world, first, ada.code(world, 9))
    with pytest.raises(TotpLocked):
        await by_totp(world, first, ada.code(world, 1))
    assert await by_recovery_code(world, first, ada.recovery_codes[0])
    assert await by_totp(world, await ticket(world, browser=known), ada.code(world, 1), browser=known)
    world.clock.advance(seconds=60)
    assert await by_totp(world, await ticket(world), ada.code(world))


async def test_a_hundred_tickets_lock_the_address_and_the_owner_hears_of_it(world: World) -> None:
    await enrolled(world)
    await ticket(world)
    await world.scalar("UPDATE throttle SET failures = 99, blocked_until = NULL WHERE kind = 'email' RETURNING 1")
    await ticket(world)
    with pytest.raises(ConfirmationRequired):
        await log_in(world)
    assert await world.events("login_locked") == [("login_locked", "alarm")]
    assert [mail for mail in await mails(world, ADA) if "Many wrong passwords" in mail]


# Races, on real connections


def outcomes_of(results: Iterable[LoggedIn | BaseException]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


@pytest.mark.asvs("v5.0.0-6.5.1")
async def test_the_same_code_at_once_lets_one_in(world: World) -> None:
    ada = await enrolled(world)
    texts = [await ticket(world) for _ in range(5)]
    await world.ready_connections()
    results = await asyncio.gather(*(by_totp(world, text, ada.code(world)) for text in texts), return_exceptions=True)
    assert outcomes_of(results) == {"LoggedIn": 1, "WrongFactorCode": 4}
    assert await world.live_sessions() == 2


@pytest.mark.asvs("v5.0.0-6.5.1")
async def test_the_same_ticket_at_once_lets_one_in(world: World) -> None:
    ada = await enrolled(world)
    first = await ticket(world)
    await world.ready_connections()
    results = await asyncio.gather(
        by_totp(world, first, ada.code(world)),
        by_totp(world, first, ada.code(world, 1)),
        by_recovery_code(world, first, ada.recovery_codes[0]),
        by_recovery_code(world, first, ada.recovery_codes[1]),
        return_exceptions=True,
    )
    assert outcomes_of(results)["LoggedIn"] == 1
    assert await world.live_sessions() == 2
    assert await world.scalar("SELECT count(*) FROM recovery_codes") in {9, 10}


@pytest.mark.asvs("v5.0.0-6.5.1")
async def test_the_same_recovery_code_at_once_lets_one_in(world: World) -> None:
    ada = await enrolled(world)
    texts = [await ticket(world) for _ in range(5)]
    await world.ready_connections()
    results = await asyncio.gather(
        *(by_recovery_code(world, text, ada.recovery_codes[0]) for text in texts), return_exceptions=True
    )
    assert outcomes_of(results) == {"LoggedIn": 1, "WrongFactorCode": 4}
    assert await world.scalar("SELECT count(*) FROM recovery_codes") == 9
    assert len([mail for mail in await mails(world, ADA) if "A recovery code was used" in mail]) == 1


@pytest.mark.asvs("v5.0.0-6.6.3")
async def test_fifty_tries_at_once_are_five(world: World) -> None:
    ada = await enrolled(world)
    first = await ticket(world)
    await world.ready_connections()
    await asyncio.gather(*(by_totp(world, first, ada.code(world, 9)) for _ in range(50)), return_exceptions=True)
    assert await world.scalar("SELECT wrong_codes FROM totp") == 5
    assert await world.events("second_factor") == [("second_factor", "refused")] * 5


async def test_turning_off_and_logging_in_at_once_do_not_wait_for_each_other_for_ever(world: World) -> None:
    ada = await enrolled(world)
    done = await by_totp(world, await ticket(world), ada.code(world))
    who = owner(await world.services.gate.identify(done.grant.access_token))
    first = await ticket(world)
    await world.ready_connections()
    results = await asyncio.gather(
        by_totp(world, first, ada.code(world, 1)),
        world.services.second_factors.turn_off(who),
        world.services.second_factors.make_codes(who),
        return_exceptions=True,
    )
    assert not [result for result in results if type(result).__name__ == "DeadlockDetectedError"]
    assert await world.scalar("SELECT count(*) FROM totp") == 0
    assert await world.live_sessions() in {1, 2}
