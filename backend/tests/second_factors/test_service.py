"""Turning two-step log-in on and off, and what each change ends: on a real database, with the real mails."""

import asyncio
from datetime import timedelta

import pytest
from pyotp import TOTP

from doorstep.account.failures import WrongPassword
from doorstep.audit.models import OPERATOR
from doorstep.gate.models import SignedIn
from doorstep.login.failures import SecondFactorRequired
from doorstep.login.models import Browser
from doorstep.recovery_codes import policy as recovery_policy
from doorstep.recovery_codes import service as recovery_codes
from doorstep.recovery_codes.failures import CodesNotPending
from doorstep.recovery_codes.policy import PENDING_LIFE
from doorstep.second_factors.failures import FactorCodeRequired, NoSecondFactor
from doorstep.second_factors.qr import drawn
from doorstep.sessions.failures import SessionEnded, StepUpRequired, Unauthenticated
from doorstep.throttle.failures import TooManyAttempts
from doorstep.totp.failures import AuthenticatorUnreadable, NothingToConfirm, TotpExists, WrongFactorCode
from doorstep.users.failures import UserUnknown
from tests.account.people import signed_in
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA, mails
from tests.second_factors.people import (
    by_recovery_code,
    by_totp,
    enrolled,
    owner,
    owner_of,
    ticket,
    trusted_browser,
)
from tests.world import PHONE, World

SAME = Browser()
NEW_PASSWORD = "eleven loud geese at dusk"


async def subjects(world: World) -> list[str]:
    return sorted(mail.split(" · ")[0] for mail in await mails(world, ADA))


# Turning it on


@pytest.mark.asvs("v5.0.0-6.5.3", "v5.0.0-6.5.4", "v5.0.0-6.5.2")
async def test_a_code_of_the_app_turns_it_on(world: World) -> None:
    ada = await enrolled(world)
    assert len(set(ada.recovery_codes)) == recovery_policy.COUNT
    assert all(len(recovery_policy.read(code) or "") == 24 for code in ada.recovery_codes)
    assert len(ada.secret) == 32
    overview = await world.services.second_factors.overview(ada.user_id)
    assert overview.totp_since is not None
    assert (overview.recovery_codes_left, overview.trusted_browsers) == (10, 0)
    assert await world.events("two_step_on") == [("two_step_on", "success")]
    assert await subjects(world) == ["Two-step log-in is on"]


async def test_without_a_confirmed_code_nothing_is_asked_for(world: World) -> None:
    await world.user()
    who = await owner_of(world)
    made = await world.services.second_factors.begin(who)
    with pytest.raises(WrongFactorCode):
        await world.services.second_factors.confirm(who, TOTP(made.secret).at(world.clock.now + timedelta(minutes=5)))
    assert await signed_in(world)
    world.clock.advance(minutes=15)
    with pytest.raises(NothingToConfirm):
        await world.services.second_factors.confirm(who, TOTP(made.secret).at(world.clock.now))
    assert await signed_in(world)


@pytest.mark.asvs("v5.0.0-6.3.1")
async def test_nobody_confirms_by_guessing(world: World) -> None:
    """Who holds the session and not the app gets no recovery codes."""
    await world.user()
    who = await owner_of(world)
    made = await world.services.second_factors.begin(who)
    wrong = TOTP(made.secret).at(world.clock.now + timedelta(minutes=5))
    for _ in range(10):
        with pytest.raises(WrongFactorCode):
            await world.services.second_factors.confirm(who, wrong)
    with pytest.raises(NothingToConfirm):
        await world.services.second_factors.confirm(who, TOTP(made.secret).at(world.clock.now))
    made = await world.services.second_factors.begin(who)
    assert await world.services.second_factors.confirm(who, TOTP(made.secret).at(world.clock.now))


@pytest.mark.asvs("v5.0.0-6.5.3")
async def test_who_begins_again_gets_another_secret_and_the_first_is_void(world: World) -> None:
    await world.user()
    who = await owner_of(world)
    first = await world.services.second_factors.begin(who)
    second = await world.services.second_factors.begin(who)
    assert first.secret != second.secret
    with pytest.raises(WrongFactorCode):
        await world.services.second_factors.confirm(who, TOTP(first.secret).at(world.clock.now))
    await world.services.second_factors.confirm(who, TOTP(second.secret).at(world.clock.now))


async def test_one_that_is_on_is_neither_replaced_nor_confirmed_again(world: World) -> None:
    ada = await enrolled(world)
    with pytest.raises(TotpExists):
        await world.services.second_factors.confirm(ada.owner, ada.code(world))
    fresh = owner(await signed_in_by_totp(world, ada.code(world)))
    with pytest.raises(TotpExists):
        await world.services.second_factors.begin(fresh)


async def test_the_secret_is_unreadable_in_the_database_and_bound_to_its_user(world: World) -> None:
    ada, eve = await enrolled(world), await enrolled(world, "eve@example.org")
    rows = str(await world.scalar("SELECT string_agg(t::text, ' ') FROM totp t"))
    rows += str(await world.scalar("SELECT string_agg(r::text, ' ') FROM recovery_codes r"))
    for told in (ada.secret, ada.recovery_codes[0], ada.recovery_codes[0].replace("-", "")):
        assert told not in rows
        assert told.encode().hex() not in rows
    mine = await world.scalar("SELECT sealed_secret FROM totp WHERE user_id = $1", eve.user_id)
    await world.scalar("UPDATE totp SET sealed_secret = $2 WHERE user_id = $1 RETURNING 1", ada.user_id, mine)
    first = await ticket(world)
    with pytest.raises(AuthenticatorUnreadable):
        await by_totp(world, first, eve.code(world))


@pytest.mark.asvs("v5.0.0-7.4.3")
async def test_turning_it_on_ends_the_sessions_elsewhere_and_not_this_one(world: World) -> None:
    await world.user()
    elsewhere = await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=True, client=PHONE)
    who = await owner_of(world)
    made = await world.services.second_factors.begin(who)
    await world.services.second_factors.confirm(who, TOTP(made.secret).at(world.clock.now))
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(elsewhere.grant.refresh_token, PHONE)
    assert await world.scalar("SELECT amr FROM sessions WHERE id = $1", who.session_id) == ["pwd", "otp"]
    assert await world.live_sessions() == 1


# Turning it off, and new codes


@pytest.mark.asvs("v5.0.0-6.5.6")
async def test_it_is_turned_off_and_everything_of_it_is_gone(world: World) -> None:
    ada = await enrolled(world)
    await world.services.second_factors.turn_off(owner(await signed_in_by_totp(world, ada.code(world))))
    assert await signed_in(world)
    for table in ("totp", "recovery_codes"):
        assert await world.scalar(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 -- the test's own words
    assert "Two-step log-in is off" in await subjects(world)
    assert await world.events("two_step_off") == [("two_step_off", "success")]
    again = await owner_of(world)
    for refused in (world.services.second_factors.turn_off(again), world.services.second_factors.make_codes(again)):
        with pytest.raises(NoSecondFactor):
            await refused


async def signed_in_by_totp(world: World, code: str, *, trust: bool = False) -> SignedIn:
    done = await by_totp(world, await ticket(world), code, trust=trust)
    return await world.services.gate.identify(done.grant.access_token)


async def test_new_recovery_codes_void_the_old_ones_once_they_are_kept(world: World) -> None:
    ada = await enrolled(world)
    who = owner(await signed_in_by_totp(world, ada.code(world)))
    made = await world.services.second_factors.make_codes(who)
    assert not set(made.codes) & set(ada.recovery_codes)
    first = await ticket(world)
    with pytest.raises(WrongFactorCode):
        await by_recovery_code(world, first, made.codes[0])
    assert await by_recovery_code(world, first, ada.recovery_codes[0])
    assert "You have new recovery codes" not in await subjects(world)

    await world.services.second_factors.keep_codes(who, made.set_id)
    second = await ticket(world)
    with pytest.raises(WrongFactorCode):
        await by_recovery_code(world, second, ada.recovery_codes[1])
    assert await by_recovery_code(world, second, made.codes[0].upper().replace("-", " "))
    assert "You have new recovery codes" in await subjects(world)
    assert await world.events("recovery_codes_kept") == [("recovery_codes_kept", "success")]


async def test_codes_are_kept_once_and_a_repeat_gives_no_used_code_back(world: World) -> None:
    ada = await enrolled(world)
    who = owner(await signed_in_by_totp(world, ada.code(world)))
    made = await world.services.second_factors.make_codes(who)
    await asyncio.gather(*(world.services.second_factors.keep_codes(who, made.set_id) for _ in range(3)))
    assert await by_recovery_code(world, await ticket(world), made.codes[0])
    await world.services.second_factors.keep_codes(who, made.set_id)
    with pytest.raises(WrongFactorCode):
        await by_recovery_code(world, await ticket(world), made.codes[0])
    assert len(await world.events("recovery_codes_kept")) == 1


async def test_only_the_newest_codes_are_kept_and_only_where_they_were_made(world: World) -> None:
    ada = await enrolled(world)
    who = owner(await signed_in_by_totp(world, ada.code(world)))
    factors = world.services.second_factors
    older = await factors.make_codes(who)
    newest = await factors.make_codes(who)
    await world.later(timedelta(seconds=60))
    elsewhere = owner(await signed_in_by_totp(world, ada.code(world)))
    for session, made in ((who, older), (elsewhere, newest)):
        with pytest.raises(CodesNotPending):
            await factors.keep_codes(session, made.set_id)
    world.clock.now += PENDING_LIFE
    with pytest.raises(CodesNotPending):
        await factors.keep_codes(who, newest.set_id)


async def test_codes_that_wait_go_with_two_step_log_in(world: World) -> None:
    ada = await enrolled(world)
    who = owner(await signed_in_by_totp(world, ada.code(world)))
    made = await world.services.second_factors.make_codes(who)
    await world.services.second_factors.turn_off(who)
    assert await world.scalar("SELECT count(*) FROM pending_recovery_codes") == 0
    with pytest.raises(NoSecondFactor):
        await world.services.second_factors.keep_codes(who, made.set_id)


@pytest.mark.asvs("v5.0.0-7.5.1")
async def test_what_matters_asks_for_both_factors_lately(world: World) -> None:
    ada = await enrolled(world)
    who = await signed_in_by_totp(world, ada.code(world), trust=True)
    browser = await trusted_browser(world)
    by_password = await world.services.login.with_password(
        ADA, GOOD_PASSWORD, remember=False, client=PHONE, browser=browser
    )
    trusted = owner(await world.services.gate.identify(by_password.grant.access_token))
    factors = world.services.second_factors
    # A moment ago, but by the password alone: the browser was trusted.
    for act in (factors.turn_off, factors.make_codes, factors.begin):
        with pytest.raises(StepUpRequired):
            await act(trusted)
    world.clock.advance(minutes=10)
    for act in (factors.turn_off, factors.make_codes, factors.begin):
        with pytest.raises(StepUpRequired):
            await act(owner(who))


@pytest.mark.asvs("v5.0.0-7.5.1", "v5.0.0-6.4.4")
async def test_step_up_asks_for_both_factors(world: World) -> None:
    ada = await enrolled(world)
    who = await world.services.gate.identify(
        (await by_recovery_code(world, await ticket(world), ada.recovery_codes[0])).grant.access_token
    )
    step_up = world.services.account.step_up
    world.clock.advance(minutes=20)
    with pytest.raises(FactorCodeRequired):
        await step_up(who, GOOD_PASSWORD, PHONE, SAME)
    with pytest.raises(WrongPassword):
        await step_up(who, "not my password at all", PHONE, SAME, ada.code(world))
    with pytest.raises(WrongFactorCode):
        await step_up(who, GOOD_PASSWORD, PHONE, SAME, ada.code(world, 7))
    with pytest.raises(WrongFactorCode):
        await step_up(who, GOOD_PASSWORD, PHONE, SAME, ada.recovery_codes[0])
    now = await world.services.gate.identify(await step_up(who, GOOD_PASSWORD, PHONE, SAME, ada.code(world)))
    assert set(now.amr) == {"pwd", "rc", "otp"}
    assert now.authenticated_at == world.clock.now
    with pytest.raises(WrongFactorCode):
        await step_up(who, GOOD_PASSWORD, PHONE, SAME, ada.code(world))
    assert await step_up(who, GOOD_PASSWORD, PHONE, SAME, ada.recovery_codes[1])


async def test_codes_are_not_guessed_by_stepping_up(world: World) -> None:
    ada = await enrolled(world)
    who = await signed_in_by_totp(world, ada.code(world))
    step_up = world.services.account.step_up
    for tried in range(5):
        with pytest.raises(WrongFactorCode):
            await step_up(who, GOOD_PASSWORD, PHONE, SAME, ada.code(world, 9 + tried))
    with pytest.raises(TooManyAttempts):
        await step_up(who, GOOD_PASSWORD, PHONE, SAME, ada.code(world, 1))


@pytest.mark.asvs("v5.0.0-7.5.1")
async def test_a_new_password_does_not_make_an_old_proof_newer(world: World) -> None:
    """Who holds a session and the password, and not the second factor, gets no nearer to turning it off."""
    ada = await enrolled(world)
    who = await signed_in_by_totp(world, ada.code(world))
    world.clock.advance(minutes=9)
    account = world.services.account
    token = await account.change_password(who, GOOD_PASSWORD, NEW_PASSWORD, PHONE, SAME)
    world.clock.advance(minutes=2)
    later = await world.services.gate.identify(token)
    with pytest.raises(StepUpRequired):
        await world.services.second_factors.turn_off(owner(later))
    with pytest.raises(StepUpRequired):
        await account.change_password(later, NEW_PASSWORD, GOOD_PASSWORD, PHONE, SAME)


# The operator


@pytest.mark.asvs("v5.0.0-6.4.6")
async def test_an_operator_takes_the_factor_away_and_the_password_is_still_needed(world: World) -> None:
    ada = await enrolled(world)
    inside = await by_totp(world, await ticket(world), ada.code(world), trust=True)
    assert await world.services.second_factors.reset(ADA.upper(), OPERATOR)
    with pytest.raises(Unauthenticated):
        await world.services.gate.identify(inside.grant.access_token)
    assert await signed_in(world)
    assert "We turned two-step log-in off for you" in await subjects(world)
    assert await world.events("two_step_reset") == [("two_step_reset", "success")]
    assert not await world.services.second_factors.reset(ADA, OPERATOR)
    with pytest.raises(UserUnknown):
        await world.services.second_factors.reset("nobody@example.org", OPERATOR)


async def test_what_nobody_needs_any_more_is_purged(world: World) -> None:
    ada = await enrolled(world)
    await world.user("eve@example.org")
    await world.services.second_factors.begin(await owner_of(world, "eve@example.org"))
    await ticket(world)
    world.clock.now += timedelta(minutes=5)
    assert (await world.services.upkeep.purge())["login_tickets"] == 1
    world.clock.now += timedelta(minutes=55)
    assert (await world.services.upkeep.purge())["totp"] == 1
    with pytest.raises(SecondFactorRequired):
        await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    assert ada.user_id == await world.scalar("SELECT user_id FROM totp")


def test_the_qr_code_is_a_square_with_a_quiet_border() -> None:
    size, path = drawn("otpauth://totp/Doorstep%20Press:ada@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert 33 <= size <= 77
    assert path.startswith("M4 4h7v1h-7z")
    assert set(path) <= set("Mhvz-0123456789 ")


@pytest.mark.parametrize("typed", ["", "a" * 23, "u" * 24, "é" * 24, "0" * 25, "\ud800" * 24])
def test_what_is_no_recovery_code_is_not_looked_up(typed: str) -> None:
    assert recovery_policy.read(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "OIL0-11aa-bbbb-cccc-dddd-eeee",
        "011011aabbbbccccddddeeee",
        "0110\u201311AA\u2013BBBB\u2013CCCC\u2013DDDD\u2013EEEE",  # en dashes
        "0110\u201111aa\u2011bbbb\u2011cccc\u2011dddd\u2011eeee",  # no-break hyphens
        "0110\u00a011aa\u00a0bbbb\u202fcccc\u2009dddd\u3000eeee",  # spaces of several widths
        "\u200e0110\u221211aa\u2014bbbb\u00adcccc_dddd.eeee\ufeff",  # marks, a minus, a soft hyphen
        "\uff10\uff11\uff11\uff10-\uff11\uff11\uff21\uff41-bbbb-cccc-dddd-eeee",  # full width
        "\u0660\u0661\u0661\u0660-\u06f1\u06f1aa-bbbb-cccc-dddd-eeee",  # Arabic-Indic and Persian digits
    ],
)
def test_a_recovery_code_is_read_however_it_was_pasted(typed: str) -> None:
    assert recovery_codes.read(typed) == "011011aabbbbccccddddeeee"
