"""Races about passkeys on real connections: what is done twice at once happens once."""

import asyncio

import pytest

from doorstep.login.models import LoggedIn
from doorstep.passkeys import policy
from doorstep.passkeys.failures import CeremonyOver, LastWayIn, PasskeyKnown, TooManyPasskeys
from doorstep.passkeys.models import Passkey
from doorstep.tickets.failures import TicketEnded
from tests.account.people import signed_in
from tests.letterbox import ADA
from tests.passkeys.authenticator import Authenticator, added
from tests.passkeys.test_entry import EVE, answer, log_in
from tests.passkeys.test_second_factor import with_passkey
from tests.second_factors.people import ticket
from tests.world import PHONE, World


@pytest.mark.asvs("v5.0.0-2.3.4", "v5.0.0-6.7.2")
async def test_an_answer_lets_in_once(world: World) -> None:
    await world.user()
    device, _ = await added(world, Authenticator(counts=False))
    answered = answer(world, device)
    await world.ready_connections()
    outcomes = await asyncio.gather(*(log_in(world, answered) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(outcome, LoggedIn) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, CeremonyOver) for outcome in outcomes) == 7


async def test_two_tabs_with_a_challenge_each_both_get_in(world: World) -> None:
    await world.user()
    device, _ = await added(world, Authenticator(counts=False))
    answers = [answer(world, device) for _ in range(8)]
    await world.ready_connections()
    outcomes = await asyncio.gather(*(log_in(world, each) for each in answers))
    assert len({outcome.grant.session_id for outcome in outcomes}) == 8


async def test_a_challenge_adds_one_passkey(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    options = await world.services.passkeys.creation_options(who, PHONE)
    made = [Authenticator().make(options) for _ in range(8)]
    await world.ready_connections()
    outcomes = await asyncio.gather(
        *(world.services.passkeys.add(who, each, None, PHONE) for each in made), return_exceptions=True
    )
    assert sum(isinstance(outcome, Passkey) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, CeremonyOver) for outcome in outcomes) == 7


async def test_one_credential_is_added_once_by_whomever(world: World) -> None:
    device, adding = Authenticator(), []
    for email in (ADA, EVE):
        await world.user(email)
        who = await signed_in(world, email)
        for _ in range(4):
            made = device.make(await world.services.passkeys.creation_options(who, PHONE))
            adding.append(world.services.passkeys.add(who, made, None, PHONE))
    await world.ready_connections()
    outcomes = await asyncio.gather(*adding, return_exceptions=True)
    assert sum(isinstance(outcome, Passkey) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, PasskeyKnown) for outcome in outcomes) == 7


@pytest.mark.asvs("v5.0.0-2.3.4")
async def test_the_last_two_at_once_leave_one(world: World) -> None:
    for number in range(5):
        email = f"ada{number}@example.org"
        await world.user(email)
        passkeys = [(await added(world, None, email))[1] for _ in range(2)]
        who = await signed_in(world, email)
        await world.services.passkey_removal.drop_password(who, PHONE)
        await world.ready_connections()
        outcomes = await asyncio.gather(
            *(world.services.passkey_removal.remove(who, passkey.id, PHONE) for passkey in passkeys),
            return_exceptions=True,
        )
        assert sorted(str(type(outcome).__name__) for outcome in outcomes) == ["LastWayIn", "NoneType"]


async def test_a_password_dropped_while_a_passkey_is_removed_leaves_a_way_in(world: World) -> None:
    for number in range(5):
        email = f"ada{number}@example.org"
        await world.user(email)
        passkeys = [(await added(world, None, email))[1] for _ in range(2)]
        who = await signed_in(world, email)
        removal = world.services.passkey_removal
        await world.ready_connections()
        await asyncio.gather(
            *(removal.remove(who, passkey.id, PHONE) for passkey in passkeys),
            removal.drop_password(who, PHONE),
            return_exceptions=True,
        )
        ways = await world.services.passkeys.ways_in(who)
        assert ways.has_password or ways.passkeys


async def test_not_one_more_than_fit(world: World) -> None:
    await world.user()
    who = await signed_in(world)
    made = [
        Authenticator().make(await world.services.passkeys.creation_options(who, PHONE))
        for _ in range(policy.MOST_PASSKEYS + 4)
    ]
    for each in made[: policy.MOST_PASSKEYS - 1]:
        await world.services.passkeys.add(who, each, None, PHONE)
    await world.ready_connections()
    outcomes = await asyncio.gather(
        *(world.services.passkeys.add(who, each, None, PHONE) for each in made[policy.MOST_PASSKEYS - 1 :]),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Passkey) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, TooManyPasskeys) for outcome in outcomes) == 4


async def test_removed_and_used_at_once_it_lets_in_or_not_but_not_afterwards(world: World) -> None:
    await world.user()
    for _ in range(5):
        device, passkey = await added(world, Authenticator(counts=False))
        who = await signed_in(world)
        answered = answer(world, device)
        await world.ready_connections()
        outcomes = await asyncio.gather(
            log_in(world, answered),
            world.services.passkey_removal.remove(who, passkey.id, PHONE),
            return_exceptions=True,
        )
        assert not isinstance(outcomes[1], LastWayIn)
        assert await world.scalar("SELECT count(*) FROM passkeys") == 0


@pytest.mark.asvs("v5.0.0-2.3.4", "v5.0.0-6.7.2")
async def test_a_ticket_and_a_passkey_let_in_once(world: World) -> None:
    device, _, _ = await with_passkey(world)
    first = await ticket(world)
    options = await world.services.passkey_entry.second_step_options(first)
    same = device.use(options)
    answers = [
        same,
        same,
        device.use(options),
        device.use(await world.services.passkey_entry.second_step_options(first)),
    ]
    await world.ready_connections()
    outcomes = await asyncio.gather(
        *(
            world.services.passkey_entry.second_step(first, each, trust=False, client=PHONE, device_id=None)
            for each in answers
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, LoggedIn) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, TicketEnded) for outcome in outcomes) == 3
