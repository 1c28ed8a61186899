"""Changing what one is let in by: on real connections, with the real mails."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from doorstep.account.failures import SameEmail, WrongPassword
from doorstep.audit.models import EventKind
from doorstep.login.failures import InvalidCredentials
from doorstep.login.models import Browser
from doorstep.mail.failures import TooManyMails
from doorstep.one_time_tokens.failures import TokenExpired, TokenUnknown, TokenUsed, WrongCode
from doorstep.passwords.failures import PasswordRefused
from doorstep.sessions.failures import SessionEnded, StepUpRequired, Unauthenticated
from doorstep.throttle.failures import TooManyAttempts
from doorstep.users.failures import EmailRefused, EmailTaken
from tests.account.people import signed_in
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA, code_in, forgot, link_token, mails
from tests.world import PHONE, World

NEW_PASSWORD = "eleven loud geese at dusk"
NEW = "ada@new.example"
SAME = Browser()


async def email(world: World) -> object:
    """The address of who registered first."""
    return await world.scalar("SELECT email FROM users ORDER BY id LIMIT 1")


async def verified(world: World) -> bool:
    return await world.scalar("SELECT email_verified_at FROM users") is not None


async def verification(world: World) -> str:
    await world.services.account.send_verification(await signed_in(world))
    return next(mail for mail in reversed(await mails(world, ADA)) if "is your code" in mail)


async def asked(world: World, new: str = NEW) -> str:
    """A change of address, asked for: the token that was mailed to the new one."""
    await world.services.account.ask_new_email(await signed_in(world), new, PHONE)
    return link_token((await mails(world, new))[-1], "verify", "change")


async def changed(world: World, new: str = NEW) -> str:
    """A changed address: the token to undo it, mailed to the old one."""
    before = str(await email(world))
    await world.services.account.confirm_new_email(await asked(world, new), PHONE)
    return link_token([mail for mail in await mails(world, before) if "#undo=" in mail][-1], "verify", "undo")


# Verifying


@pytest.mark.asvs("v5.0.0-6.6.2")
async def test_the_address_is_verified_by_the_code(world: World) -> None:
    await world.unverified()
    code = code_in(await verification(world))
    await world.services.account.verify_by_code(await signed_in(world), code, PHONE)
    assert await verified(world)
    assert await world.events("email_verified") == [("email_verified", "success")]
    with pytest.raises(WrongCode):
        await world.services.account.verify_by_code(await signed_in(world), code, PHONE)


async def test_the_address_is_verified_by_the_link_without_being_signed_in(world: World) -> None:
    await world.unverified()
    mail = await verification(world)
    await world.services.account.verify_by_link(link_token(mail, "verify"), PHONE, signed_up=True)
    assert await verified(world)
    with pytest.raises(TokenUsed):
        await world.services.account.verify_by_link(link_token(mail, "verify"), PHONE, signed_up=True)
    before = len(await mails(world))
    await world.services.account.send_verification(await signed_in(world))
    assert len([mail for mail in await mails(world) if "is your code" in mail]) == 1 <= before


async def test_code_and_link_at_once_verify_once(world: World) -> None:
    await world.unverified()
    mail = await verification(world)
    who = await signed_in(world)
    outcomes = await asyncio.gather(
        world.services.account.verify_by_code(who, code_in(mail), PHONE),
        world.services.account.verify_by_link(link_token(mail, "verify"), PHONE, signed_up=True),
        world.services.account.verify_by_code(who, code_in(mail), PHONE),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert (await world.events("email_verified")).count(("email_verified", "success")) == 1


async def test_an_old_code_expires_and_a_newer_one_voids_it(world: World) -> None:
    await world.unverified()
    first = await verification(world)
    world.clock.advance(minutes=29)
    second = await verification(world)
    with pytest.raises(TokenUnknown):
        await world.services.account.verify_by_link(link_token(first, "verify"), PHONE, signed_up=True)
    world.clock.advance(minutes=30)
    with pytest.raises(TokenExpired):
        await world.services.account.verify_by_link(link_token(second, "verify"), PHONE, signed_up=True)
    with pytest.raises(WrongCode):
        await world.services.account.verify_by_code(await signed_in(world), code_in(second), PHONE)
    assert not await verified(world)


async def test_a_mailbox_is_not_filled_and_codes_are_not_guessed_by_asking_again(world: World) -> None:
    await world.unverified()
    who = await signed_in(world)
    outcomes = await asyncio.gather(
        *(world.services.account.send_verification(who) for _ in range(9)), return_exceptions=True
    )
    assert outcomes.count(None) == 5
    assert {type(outcome) for outcome in outcomes if outcome is not None} == {TooManyMails}
    world.clock.advance(hours=1)
    await world.services.ring.load()
    await world.services.account.send_verification(await signed_in(world))


# Step-up and password


@pytest.mark.asvs("v5.0.0-7.5.1", "v5.0.0-7.5.3")
async def test_step_up_is_asked_for_after_ten_minutes(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    world.clock.now += world.services.settings.sessions.step_up_age - timedelta(microseconds=1)
    await world.services.second_factors.require_recent(who, EventKind.SESSION_REVOKED, PHONE)
    world.clock.now += timedelta(microseconds=1)
    with pytest.raises(StepUpRequired):
        await world.services.account.ask_new_email(who, NEW, PHONE)
    with pytest.raises(WrongPassword):
        await world.services.account.step_up(who, "not the right password", PHONE, SAME)
    token = await world.services.account.step_up(who, GOOD_PASSWORD, PHONE, SAME)
    again = await world.services.gate.identify(token)
    assert again.session_id == who.session_id
    await world.services.account.ask_new_email(again, NEW, PHONE)


@pytest.mark.asvs("v5.0.0-6.2.2", "v5.0.0-6.3.7", "v5.0.0-7.4.3")
async def test_the_same_password_is_no_new_one(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    with pytest.raises(PasswordRefused) as refused:
        await world.services.account.change_password(who, GOOD_PASSWORD, GOOD_PASSWORD, PHONE, SAME)
    assert [error.pointer for error in refused.value.errors] == ["/new_password"]
    with pytest.raises(WrongPassword):
        await world.services.account.change_password(who, NEW_PASSWORD, NEW_PASSWORD, PHONE, SAME)
    assert not any("Your password was changed" in mail for mail in await mails(world, ADA))


async def test_another_password_ends_the_other_sessions_and_keeps_this_one(world: World) -> None:
    await world.user()
    mine, other = await signed_in(world), await signed_in(world)
    elsewhere = await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=True, client=PHONE)
    token = await world.services.account.change_password(mine, GOOD_PASSWORD, NEW_PASSWORD, PHONE, SAME)
    assert (await world.services.gate.identify(token)).session_id == mine.session_id
    with pytest.raises(Unauthenticated):
        await world.services.gate.identify(elsewhere.grant.access_token)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(elsewhere.grant.refresh_token, PHONE)
    with pytest.raises(Unauthenticated):
        await world.services.account.step_up(other, NEW_PASSWORD, PHONE, SAME)
    assert any("Your password was changed" in mail for mail in await mails(world, ADA))
    assert await world.events("password_changed") == [("password_changed", "success")]


async def test_another_password_voids_what_was_mailed_before(world: World) -> None:
    await world.user()
    reset, confirm = await forgot(world), await asked(world)
    await world.services.account.change_password(await signed_in(world), GOOD_PASSWORD, NEW_PASSWORD, PHONE, SAME)
    with pytest.raises(TokenUnknown):
        await world.services.recovery.reset(reset, "twelve odd owls at noon", PHONE)
    with pytest.raises(TokenUnknown):
        await world.services.account.confirm_new_email(confirm, PHONE)


@pytest.mark.asvs("v5.0.0-6.2.3")
async def test_a_refused_password_changes_nothing(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    with pytest.raises(PasswordRefused) as refused:
        await world.services.account.change_password(who, GOOD_PASSWORD, "short", PHONE, SAME)
    assert {error.pointer for error in refused.value.errors} == {"/new_password"}
    with pytest.raises(WrongPassword):
        await world.services.account.change_password(who, "not the right password", NEW_PASSWORD, PHONE, SAME)
    assert await world.scalar("SELECT credential_version FROM users") == 1


@pytest.mark.asvs("v5.0.0-6.3.1")
@pytest.mark.parametrize("act", ["step_up", "password_changed"])
async def test_a_stolen_session_cannot_guess_the_password_and_the_trail_names_it(world: World, act: str) -> None:
    """Wrong current passwords are counted like wrong log-ins, and together with them."""
    await world.user()
    who = await signed_in(world)
    account = world.services.account
    for _ in range(world.services.throttle.limits.free_failures):
        wrong = "not the right password"
        with pytest.raises(WrongPassword):
            await (
                account.step_up(who, wrong, PHONE, SAME)
                if act == "step_up"
                else account.change_password(who, wrong, NEW_PASSWORD, PHONE, SAME)
            )
    with pytest.raises(TooManyAttempts):
        await account.step_up(who, GOOD_PASSWORD, PHONE, SAME)
    with pytest.raises(TooManyAttempts):
        await account.change_password(who, GOOD_PASSWORD, NEW_PASSWORD, PHONE, SAME)
    refused = "SELECT count(*) FROM audit_events WHERE kind = $1 AND outcome = 'refused' AND session_id = $2"
    assert await world.scalar(refused, act, who.session_id) == 5
    assert await world.events("login") == [("login", "success")]


async def test_two_changes_of_the_password_at_once_leave_one_session(world: World) -> None:
    """Owner and thief: who is first ends the other's session, so the other's change does not happen."""
    await world.user()
    people = [await signed_in(world) for _ in range(4)]
    passwords = [f"{number} quiet herons at some dawn" for number in range(4)]
    outcomes = await asyncio.gather(
        *(
            world.services.account.change_password(who, GOOD_PASSWORD, new, PHONE, SAME)
            for who, new in zip(people, passwords, strict=True)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert await world.scalar("SELECT credential_version FROM users") == 2
    assert await world.live_sessions() == 1


# Another address


@pytest.mark.asvs("v5.0.0-6.3.7")
async def test_another_address_takes_effect_when_it_is_confirmed_and_both_are_told(world: World) -> None:
    await world.user()
    confirm = await asked(world)
    assert await email(world) == ADA
    [notice] = [mail for mail in await mails(world, ADA) if "Somebody wants to change" in mail]
    assert NEW not in notice, "who asked may have typed anything"
    assert link_token(notice, "verify", "not-me")
    await world.services.account.confirm_new_email(confirm, PHONE)
    assert await email(world) == NEW
    assert await verified(world)
    assert any("Your e-mail address was changed" in mail for mail in await mails(world, ADA))
    with pytest.raises(TokenUsed):
        await world.services.account.confirm_new_email(confirm, PHONE)
    assert await world.services.login.with_password(NEW, GOOD_PASSWORD, remember=False, client=PHONE)


async def test_the_old_address_can_undo_it_for_a_week(world: World) -> None:
    await world.user()
    undo = await changed(world)
    thief = await world.services.login.with_password(NEW, GOOD_PASSWORD, remember=True, client=PHONE)
    world.clock.advance(days=6)
    done = await world.services.account.undo_new_email(undo, PHONE)
    assert await email(world) == ADA
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(thief.grant.refresh_token, PHONE)
    assert done.reset_token is not None
    await world.services.recovery.reset(done.reset_token, NEW_PASSWORD, PHONE)
    assert await world.services.login.with_password(ADA, NEW_PASSWORD, remember=False, client=PHONE)


async def test_after_a_week_it_cannot_be_undone(world: World) -> None:
    await world.user()
    undo = await changed(world)
    world.clock.advance(days=7)
    with pytest.raises(TokenExpired):
        await world.services.account.undo_new_email(undo, PHONE)


async def test_a_thief_cannot_undo_the_owners_undoing(world: World) -> None:
    """The thief changes the address twice: the way back to their own lies in their own mailbox."""
    await world.user()
    owners = await changed(world, "thief@evil.example")
    world.clock.advance(seconds=1)
    who = await signed_in(world, "thief@evil.example")
    await world.services.account.ask_new_email(who, "other@evil.example", PHONE)
    confirm = link_token((await mails(world, "other@evil.example"))[-1], "verify", "change")
    await world.services.account.confirm_new_email(confirm, PHONE)
    [told] = [mail for mail in await mails(world, "thief@evil.example") if "#undo=" in mail]
    await world.services.account.undo_new_email(owners, PHONE)
    with pytest.raises(TokenUnknown):
        await world.services.account.undo_new_email(link_token(told, "verify", "undo"), PHONE)
    assert await email(world) == ADA


async def test_nobody_takes_an_address_that_may_come_back(world: World) -> None:
    """A thief who gave the owner's address up cannot register it, nor move another account to it."""
    await world.user()
    world.clock.advance(seconds=1)
    bea = await world.user("bea@example.org")
    undo = await changed(world)
    with pytest.raises(EmailTaken):
        await world.user(ADA.upper())
    await world.services.account.ask_new_email(await signed_in(world, "bea@example.org"), ADA, PHONE)
    confirm = link_token([mail for mail in await mails(world, ADA) if "#change=" in mail][-1], "verify", "change")
    with pytest.raises(EmailTaken):
        await world.services.account.confirm_new_email(confirm, PHONE)
    assert await world.scalar("SELECT email FROM users WHERE id = $1", bea) == "bea@example.org"
    await world.services.account.undo_new_email(undo, PHONE)
    assert await email(world) == ADA
    assert await world.scalar("SELECT count(*) FROM held_addresses WHERE held_until > $1", world.clock.now) == 0


async def test_after_a_week_the_address_is_free(world: World) -> None:
    await world.user()
    await changed(world)
    world.clock.advance(days=7)
    assert await world.user(ADA)


async def test_an_address_that_was_taken_meanwhile_is_refused_and_nothing_changes(world: World) -> None:
    await world.user()
    confirm = await asked(world)
    world.clock.advance(seconds=1)
    await world.user(NEW)
    with pytest.raises(EmailTaken):
        await world.services.account.confirm_new_email(confirm, PHONE)
    assert await email(world) == ADA
    assert await world.scalar("SELECT count(*) FROM held_addresses") == 0


@pytest.mark.parametrize("typed", [ADA, "ADA@EXAMPLE.ORG", " ada@example.org "])
async def test_the_same_address_is_no_change(world: World, typed: str) -> None:
    await world.user()
    with pytest.raises(SameEmail):
        await world.services.account.ask_new_email(await signed_in(world), typed, PHONE)


async def test_what_is_no_address_is_refused(world: World) -> None:
    await world.user()
    with pytest.raises(EmailRefused):
        await world.services.account.ask_new_email(await signed_in(world), "ada@x\r\nBcc: b@x.org", PHONE)


async def test_strangers_are_not_written_to_without_end(world: World) -> None:
    """By session first, so that a thief does not use up what the owner may ask for."""
    await world.user()
    asking = world.services.account.ask_new_email
    for session in range(5):
        who = await signed_in(world)
        outcomes = await asyncio.gather(
            *(asking(who, f"user{session}{number}@example.com", PHONE) for number in range(9)), return_exceptions=True
        )
        assert outcomes.count(None) == (5 if session < 4 else 0)
        assert {type(outcome) for outcome in outcomes if outcome is not None} == {TooManyMails}
    world.clock.advance(minutes=59)
    with pytest.raises(TooManyMails):
        await asking(replace(who, authenticated_at=world.clock.now), NEW, PHONE)
    world.clock.advance(minutes=1)
    await world.services.ring.load()
    await asking(await signed_in(world), NEW, PHONE)


async def test_two_changes_asked_for_at_once_leave_one(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    await asyncio.gather(
        *(world.services.account.ask_new_email(who, f"user{number}@example.com", PHONE) for number in range(3))
    )
    outcomes = []
    for number in range(3):
        [mail] = await mails(world, f"user{number}@example.com")
        try:
            await world.services.account.confirm_new_email(link_token(mail, "verify", "change"), PHONE)
        except TokenUnknown:
            outcomes.append("void")
        else:
            outcomes.append("changed")
    assert sorted(outcomes) == ["changed", "void", "void"]


@pytest.mark.asvs("v5.0.0-15.4.2")
async def test_two_people_who_confirm_one_address_at_once(world: World) -> None:
    people = ["ada@example.org", "bea@example.org", "cid@example.org"]
    for person in people:
        await world.user(person)
        await world.services.account.ask_new_email(await signed_in(world, person), NEW, PHONE)
    tokens = [link_token(mail, "verify", "change") for mail in await mails(world, NEW)]
    outcomes = await asyncio.gather(
        *(world.services.account.confirm_new_email(token, PHONE) for token in tokens), return_exceptions=True
    )
    assert outcomes.count(None) == 1
    assert {type(outcome) for outcome in outcomes if outcome is not None} == {EmailTaken}
    assert await world.scalar("SELECT count(*) FROM users WHERE email = $1", NEW) == 1


async def test_a_reset_and_a_confirmation_at_once_do_not_wait_for_each_other_in_a_circle(world: World) -> None:
    for number in range(5):
        person = f"user{number}@example.org"
        await world.user(person)
        who = await signed_in(world, person)
        await world.services.account.ask_new_email(who, f"new{number}@example.org", PHONE)
        confirm = link_token((await mails(world, f"new{number}@example.org"))[-1], "verify", "change")
        reset = await forgot(world, person)
        outcomes = await asyncio.gather(
            world.services.recovery.reset(reset, NEW_PASSWORD, PHONE),
            world.services.account.confirm_new_email(confirm, PHONE),
            return_exceptions=True,
        )
        assert outcomes.count(None) == 1
        assert {type(outcome) for outcome in outcomes if outcome is not None} == {TokenUnknown}


# Sign-up


async def test_who_signs_up_finds_a_code_in_the_mailbox(world: World) -> None:
    await world.services.sign_up.register(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    [mail] = await mails(world)
    await world.services.account.verify_by_code(await signed_in(world), code_in(mail), PHONE)
    assert await verified(world)


async def test_a_private_sign_up_is_told_in_the_mailbox_only(world: World) -> None:
    """Every password is wrong until the address is verified, as it is for an address that was taken."""
    sign_up = world.services.sign_up
    await sign_up.register_quietly(ADA, GOOD_PASSWORD, client=PHONE)
    [welcome] = await mails(world)
    assert "Welcome" in welcome
    with pytest.raises(InvalidCredentials):
        await signed_in(world)
    await world.services.account.verify_by_link(link_token(welcome, "verify"), PHONE, signed_up=True)
    assert await verified(world)
    assert await signed_in(world)
    for _ in range(8):
        await sign_up.register_quietly("ADA@example.org", "another five quiet words here", client=PHONE)
    told = [mail for mail in await mails(world, ADA) if "You have an account already" in mail]
    assert len(told) == 5
    assert "#" not in told[0], "nothing that opens anything"
    assert len(await mails(world)) == 6


async def test_who_signs_up_again_before_the_address_is_verified_is_welcomed_again(world: World) -> None:
    """Somebody else may have signed up with it first; five mails an hour, and each link verifies."""
    await world.services.sign_up.register_quietly(ADA, GOOD_PASSWORD, client=PHONE)
    for _ in range(8):
        await world.services.sign_up.register_quietly("ADA@example.org", "another five quiet words here", client=PHONE)
    told = await mails(world)
    assert ["Welcome" in mail for mail in told] == [True] * 5
    for mail in told:
        await world.services.account.verify_by_link(link_token(mail, "verify"), PHONE, signed_up=True)
    assert await verified(world)


async def test_a_private_sign_up_with_a_given_up_address_writes_nobody(world: World) -> None:
    await world.user()
    await changed(world)
    before = len(await mails(world))
    await world.services.sign_up.register_quietly(ADA, GOOD_PASSWORD, client=PHONE)
    assert await world.scalar("SELECT count(*) FROM users") == 1
    assert len(await mails(world)) == before
