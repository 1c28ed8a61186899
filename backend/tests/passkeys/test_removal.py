"""Taking a way in away: never the last one, and what an intruder left behind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from doorstep.account.failures import WrongPassword
from doorstep.login.failures import InvalidCredentials
from doorstep.login.service import NEW_BROWSER as BROWSER
from doorstep.one_time_tokens.failures import TokenUnknown
from doorstep.passkeys.failures import LastWayIn, PasskeyNotHere, PasskeyUnknown, TooFewPasskeys
from doorstep.sessions.failures import SessionEnded, StepUpRequired
from tests.account.people import signed_in
from tests.account.test_account import asked
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA, forgot, link_token, mails
from tests.passkeys.authenticator import Authenticator, added
from tests.passkeys.test_entry import EVE, answer, log_in, refused
from tests.passkeys.test_second_factor import with_passkey
from tests.second_factors.people import by_recovery_code, owner, ticket
from tests.world import PHONE, World

NEW_PASSWORD = "eleven loud geese at dusk"


async def with_password(world: World, password: str = GOOD_PASSWORD) -> None:
    await world.services.login.with_password(ADA, password, remember=False, client=PHONE)


@pytest.mark.asvs("v5.0.0-6.5.6")
async def test_a_removed_passkey_opens_nothing_and_the_owner_hears_of_it(world: World) -> None:
    await world.user()
    device, passkey = await added(world)
    who = await signed_in(world)
    await world.services.passkey_removal.remove(who, passkey.id, PHONE)
    await refused(world, answer(world, device), PasskeyNotHere)
    with pytest.raises(PasskeyUnknown):
        await world.services.passkey_removal.remove(who, passkey.id, PHONE)
    assert await world.events("passkey_removed") == [("passkey_removed", "success")]
    assert len([mail for mail in await mails(world, ADA) if "A passkey was removed" in mail]) == 1


async def test_nobody_removes_anothers(world: World) -> None:
    await world.user()
    await world.user(EVE)
    device, passkey = await added(world)
    with pytest.raises(PasskeyUnknown):
        await world.services.passkey_removal.remove(await signed_in(world, EVE), passkey.id, PHONE)
    await log_in(world, answer(world, device))


@pytest.mark.asvs("v5.0.0-7.5.1")
async def test_a_log_in_of_long_ago_is_not_enough(world: World) -> None:
    await world.user()
    _, passkey = await added(world)
    await added(world)
    who = await signed_in(world)
    late = replace(who, authenticated_at=world.clock.now - timedelta(minutes=10))
    with pytest.raises(StepUpRequired):
        await world.services.passkey_removal.remove(late, passkey.id, PHONE)
    with pytest.raises(StepUpRequired):
        await world.services.passkey_removal.drop_password(late, PHONE)
    assert len((await world.services.passkeys.ways_in(who)).passkeys) == 2
    await with_password(world)


# Without a password


async def test_a_password_is_dropped_when_two_passkeys_are_there(world: World) -> None:
    await world.user()
    device, first = await added(world)
    who, _ = await signed_in(world), await signed_in(world)
    removal = world.services.passkey_removal
    with pytest.raises(TooFewPasskeys):
        await removal.drop_password(who, PHONE)
    _, second = await added(world)
    await removal.drop_password(who, PHONE)
    await removal.drop_password(who, PHONE)
    assert await world.events("password_removed") == [("password_removed", "success")]
    assert len([mail for mail in await mails(world, ADA) if "Your password was removed" in mail]) == 1
    assert [session.id for session in await world.services.sessions.live(who.user.id)] == [who.session_id]
    await log_in(world, answer(world, device))
    await removal.remove(who, first.id, PHONE)
    with pytest.raises(LastWayIn):
        await removal.remove(who, second.id, PHONE)


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_without_a_password_every_password_is_wrong(world: World) -> None:
    """Refused as a wrong one is, counted as one, and never by a hash that is not there."""
    await passwordless(world)
    with pytest.raises(InvalidCredentials) as refusal:
        await with_password(world)
    assert (refusal.value.detail, refusal.value.errors) == (None, ())
    assert ("login", "refused") in await world.events("login")
    assert await world.scalar("SELECT failures FROM throttle WHERE kind = 'email'") == 1


async def test_without_a_password_none_proves_or_changes_anything(world: World) -> None:
    device = await passwordless(world)
    who = await world.services.gate.identify((await log_in(world, answer(world, device))).grant.access_token)
    for guess in (GOOD_PASSWORD, " "):
        with pytest.raises(WrongPassword):
            await world.services.account.step_up(who, guess, PHONE, BROWSER)
        with pytest.raises(WrongPassword):
            await world.services.account.change_password(who, guess, NEW_PASSWORD, PHONE, BROWSER)


async def test_a_password_comes_back_by_mail_alone(world: World) -> None:
    device = await passwordless(world)
    before = await log_in(world, answer(world, device))
    await world.services.recovery.reset(await forgot(world), NEW_PASSWORD, PHONE)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(before.grant.refresh_token, PHONE)
    await with_password(world, NEW_PASSWORD)
    await log_in(world, answer(world, device))


async def test_a_reset_that_was_asked_for_before_is_void(world: World) -> None:
    await world.user()
    await added(world)
    await added(world)
    token = await forgot(world)
    await world.services.passkey_removal.drop_password(await signed_in(world), PHONE)
    with pytest.raises(TokenUnknown):
        await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)


# What an intruder leaves behind


@pytest.mark.asvs("v5.0.0-6.5.6")
async def test_this_was_not_me_removes_the_passkey_that_was_added(world: World) -> None:
    """The password was stolen, and the thief makes a way in of their own: the mail's button takes that back."""
    await world.user()
    mine, _ = await added(world)
    before = await mails(world, ADA)
    theirs, _ = await added(world)
    (told,) = [mail for mail in await mails(world, ADA) if "A passkey was added" in mail and mail not in before]
    await world.services.recovery.not_me(link_token(told, "verify", "not-me"), PHONE)
    await refused(world, answer(world, theirs), PasskeyNotHere)
    await log_in(world, answer(world, mine))
    parts = "SELECT detail ->> 'parts' FROM audit_events WHERE kind = 'evicted'"
    assert await world.scalar(parts) == "sessions passkeys known_browsers"


@pytest.mark.asvs("v5.0.0-6.5.6")
async def test_this_was_not_me_removes_the_passkey_that_was_logged_in_with(world: World) -> None:
    await world.user()
    mine, _ = await added(world)
    stolen, _ = await added(world)
    await log_in(world, answer(world, stolen))
    (told,) = [mail for mail in await mails(world, ADA) if "A new log-in" in mail and "Firefox" in mail]
    await world.services.recovery.not_me(link_token(told, "verify", "not-me"), PHONE)
    await refused(world, answer(world, stolen), PasskeyNotHere)
    await log_in(world, answer(world, mine))


@pytest.mark.asvs("v5.0.0-6.5.6")
async def test_an_undone_change_of_address_removes_what_was_added_meanwhile(world: World) -> None:
    """The mails about it went to the thief's address."""
    await world.user()
    mine, _ = await added(world)
    world.clock.advance(hours=2)
    token = await asked(world)
    before, _ = await added(world)
    world.clock.advance(minutes=30)
    await world.services.account.confirm_new_email(token, PHONE)
    (undo,) = [link_token(mail, "verify", "undo") for mail in await mails(world, ADA) if "#undo=" in mail]
    after, _ = await added(world, None, "ada@new.example")
    world.clock.advance(days=6)
    await world.services.account.undo_new_email(undo, PHONE)
    for theirs in (before, after):
        await refused(world, answer(world, theirs), PasskeyNotHere)
    await log_in(world, answer(world, mine))


async def passwordless(world: World) -> Authenticator:
    """A user with two passkeys and no password: one of the two."""
    await world.user()
    device, _ = await added(world)
    await added(world)
    await world.services.passkey_removal.drop_password(await signed_in(world), PHONE)
    return device


@pytest.mark.asvs("v5.0.0-2.3.2")
async def test_a_password_is_dropped_for_one_passkey_and_recovery_codes(world: World) -> None:
    """The codes are the second step after the password that the mailbox gives back."""
    _, _, weak = await with_passkey(world)
    who = replace(weak, amr=("pwd", "otp"))
    await world.scalar("DELETE FROM recovery_codes")
    with pytest.raises(TooFewPasskeys):
        await world.services.passkey_removal.drop_password(who, PHONE)
    assert (await world.services.passkeys.ways_in(who)).recovery_codes_left == 0
    made = await world.services.second_factors.make_codes(owner(who))
    assert (await world.services.passkeys.ways_in(who)).recovery_codes_left == 0
    await world.services.second_factors.keep_codes(owner(who), made.set_id)
    assert (await world.services.passkeys.ways_in(who)).recovery_codes_left == 10
    await world.services.passkey_removal.drop_password(who, PHONE)
    await world.services.recovery.reset(await forgot(world), NEW_PASSWORD, PHONE)
    await by_recovery_code(world, await ticket(world, password=NEW_PASSWORD), made.codes[0])
