"""Profiles on real connections: kept whole or not at all, told to the owner, and taken back with an intruder."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from doorstep.mail.models import MailKind
from doorstep.profile.failures import ProfileRefused
from doorstep.profile.models import Profile, ShippingAddress
from doorstep.sessions.failures import SessionEnded, Unauthenticated
from tests.account.people import signed_in
from tests.account.test_account import NEW, changed
from tests.account.test_export import copy
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA, link_token, mails
from tests.profiles.addresses import ELSEWHERE, HOME
from tests.world import PHONE, World

CHANGED = "Your shipping address was changed"
KINDS = ("name_changed", "shipping_address_changed")
MOVED = ("shipping_address_changed", "success")
RENAMED = ("name_changed", "success")
EVICTED = ("evicted", "success")


async def told(world: World) -> list[str]:
    return [mail for mail in await mails(world, ADA) if mail.startswith(CHANGED)]


async def test_it_is_kept_recorded_and_told_and_is_nobody_elses(world: World) -> None:
    await world.user()
    await world.user("grace@example.org")
    ada, grace = await signed_in(world), await signed_in(world, "grace@example.org")
    profiles = world.services.profiles
    assert await profiles.of(ada) == Profile()
    kept = await profiles.save(ada, Profile(" Ada ", HOME), PHONE)
    assert kept == Profile("Ada", HOME) == await profiles.of(ada)
    assert await profiles.of(grace) == Profile()
    await profiles.save(grace, Profile("Grace", ELSEWHERE), PHONE)
    assert await profiles.of(ada) == kept
    assert sorted(await world.events(*KINDS)) == [RENAMED, RENAMED, MOVED, MOVED]
    [mail] = await told(world)
    assert PHONE.address is not None
    assert PHONE.address in mail
    assert "London" not in mail
    for secret in ("Ada", "London", "GB"):
        of_users = "SELECT count(*) FROM audit_events t WHERE user_id IS NOT NULL AND t::text LIKE $1"
        assert await world.scalar(of_users, f"%{secret}%") == 0


@pytest.mark.asvs("v5.0.0-2.3.3")
async def test_only_what_changed_is_recorded_and_told(world: World) -> None:
    await world.user()
    ada = await signed_in(world)
    for typed in (Profile("Ada", HOME), Profile("Ada ", HOME), Profile("Countess", HOME), Profile("Countess")):
        await world.services.profiles.save(ada, typed, PHONE)
    assert sorted(await world.events(*KINDS)) == [RENAMED, RENAMED, MOVED, MOVED]
    assert len(await told(world)) == 2
    assert await world.services.profiles.of(ada) == Profile("Countess")


async def test_what_is_refused_changes_nothing(world: World) -> None:
    await world.user()
    ada = await signed_in(world)
    await world.services.profiles.save(ada, Profile("Ada", HOME), PHONE)
    half = ShippingAddress("Ada", "", "", "", "", "", "GB")
    with pytest.raises(ProfileRefused) as refused:
        await world.services.profiles.save(ada, Profile("Eve\u202e", half), PHONE)
    pointers = [error.pointer for error in refused.value.errors]
    assert pointers == ["/name", *(f"/shipping_address/{field}" for field in ("line1", "postal_code", "city"))]
    assert await world.services.profiles.of(ada) == Profile("Ada", HOME)
    assert sorted(await world.events(*KINDS)) == [RENAMED, MOVED]


@pytest.mark.asvs("v5.0.0-2.3.2")
async def test_past_five_mails_an_hour_a_summary_stands_for_the_rest_and_takes_it_back(world: World) -> None:
    """A thief can neither use up the owner's changes nor fill the mailbox first and move the parcels afterwards."""
    await world.user()
    ada = await signed_in(world)
    for number in range(9):
        await world.services.profiles.save(ada, Profile("", HOME if number % 2 else ELSEWHERE), PHONE)
        world.clock.advance(seconds=1)
    assert await world.services.profiles.of(ada) == Profile("", ELSEWHERE)
    assert sorted(await world.events(*KINDS)) == [MOVED] * 9
    assert len(await told(world)) == 5
    [summary] = [mail for mail in await mails(world, ADA) if mail.startswith("More is happening in your account")]
    await world.services.recovery.not_me(link_token(summary, "verify", "not-me"), PHONE)
    assert await world.services.profiles.of(ada) == Profile()


@pytest.mark.asvs("v5.0.0-15.4.2")
async def test_two_tabs_at_once_make_one_row_and_lose_no_event(world: World) -> None:
    user_id = await world.user()
    ada = await signed_in(world)
    await world.ready_connections()
    typed = [Profile(f"Ada {number}", HOME if number < 2 else None) for number in range(8)]
    await asyncio.gather(*(world.services.profiles.save(ada, each, PHONE) for each in typed))
    assert await world.scalar("SELECT count(*) FROM profiles WHERE user_id = $1", user_id) == 1
    assert await world.services.profiles.of(ada) in typed
    events = await world.events(*KINDS)
    assert events.count(RENAMED) == 8
    moves = await world.scalar("SELECT count(*) FROM outbox WHERE kind = $1", MailKind.SHIPPING_ADDRESS_CHANGED)
    assert events.count(MOVED) == moves

    same = Profile("Ada", ELSEWHERE)
    await asyncio.gather(*(world.services.profiles.save(ada, same, PHONE) for _ in range(8)))
    assert len(await world.events(*KINDS)) == len(events) + 2


async def test_the_database_takes_no_half_address(world: World) -> None:
    await world.user()
    await world.services.profiles.save(await signed_in(world), Profile("", HOME), PHONE)
    for change in ("city = ''", "recipient = ''", "country = 'gb'", "name = repeat('x', 101)"):
        with pytest.raises(asyncpg.CheckViolationError):
            await world.scalar(f"UPDATE profiles SET {change}")  # noqa: S608 -- the test's own words


@pytest.mark.asvs("v5.0.0-2.3.3")
async def test_not_me_takes_the_address_of_that_session_away(world: World) -> None:
    await world.user()
    owner = await signed_in(world)
    await world.services.profiles.save(owner, Profile("Ada", HOME), PHONE)
    [first] = await told(world)
    world.clock.advance(seconds=1)
    thief = await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=True, client=PHONE)
    who = await world.services.gate.identify(thief.grant.access_token)
    await world.services.profiles.save(who, Profile("Ada", ELSEWHERE), PHONE)
    second = (await told(world))[-1]
    # The link of the earlier mail is about another session: it leaves the address, and takes the name of that one.
    await world.services.recovery.not_me(link_token(first, "verify", "not-me"), PHONE)
    assert await world.services.profiles.of(owner) == Profile("", ELSEWHERE)
    await world.services.recovery.not_me(link_token(second, "verify", "not-me"), PHONE)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(thief.grant.refresh_token, PHONE)
    assert await world.services.profiles.of(owner) == Profile()
    assert sorted(await world.events(*KINDS, "evicted")) == [EVICTED, EVICTED, RENAMED, MOVED, MOVED]


async def test_an_address_typed_while_the_mails_went_elsewhere_goes_with_the_undoing(world: World) -> None:
    await world.user()
    owner = await signed_in(world)
    await world.services.profiles.save(owner, Profile("Ada", HOME), PHONE)
    await world.later(timedelta(hours=2))
    undo = await changed(world)
    kept = await world.services.profiles.of(owner)
    assert kept.shipping_address == HOME
    thief = await signed_in(world, NEW)
    await world.services.profiles.save(thief, Profile("Ada", ELSEWHERE), PHONE)
    assert len(await told(world)) == 1  # the other one went to the new address
    await world.services.account.undo_new_email(undo, PHONE)
    assert await world.services.profiles.of(owner) == Profile("Ada")


@pytest.mark.asvs("v5.0.0-14.2.7")
async def test_it_is_in_the_copy_and_goes_with_the_account(world: World) -> None:
    await world.user()
    ada = await signed_in(world)
    await world.services.profiles.save(ada, Profile("Ada", HOME), PHONE)
    [row] = (await copy(world))["name_and_address"]
    assert (row["name"], row["line1"], row["country"]) == ("Ada", HOME.line1, "GB")
    await world.services.leaving.erase_now(ADA)
    assert await world.scalar("SELECT count(*) FROM profiles") == 0
    with pytest.raises(Unauthenticated):
        await world.services.profiles.save(ada, Profile("Ada"), PHONE)
