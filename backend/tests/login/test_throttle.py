"""Guessing: what is counted, when somebody waits, and that nobody can be locked out by a stranger."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from doorstep.audit.models import Client
from doorstep.failure import Failure
from doorstep.login.failures import InvalidCredentials
from doorstep.login.models import Browser, LoggedIn
from doorstep.throttle.failures import ConfirmationRequired, ProofRequired, TooManyAttempts
from doorstep.throttle.models import SpentProof
from doorstep.throttle.policy import delay_after, network_of
from tests.builders import GOOD_PASSWORD
from tests.letterbox import mails
from tests.world import PHONE, World, world_over

WRONG = "not the right password"
ADA = "ada@example.org"


def from_network(number: int) -> Client:
    """Each number is a network of its own, so that only the e-mail address is counted."""
    return replace(PHONE, address=f"198.51.{number // 250}.{number % 250 + 1}")


async def attempt(
    world: World,
    password: str,
    *,
    email: str = ADA,
    client: Client = PHONE,
    device_id: UUID | None = None,
    proof: SpentProof | None = None,
) -> LoggedIn | type[Failure]:
    try:
        return await world.services.login.with_password(
            email, password, remember=False, client=client, browser=Browser(device_id, proof)
        )
    except Failure as failure:
        return type(failure)


async def guess_until_locked(world: World, email: str = ADA) -> None:
    limits = world.services.throttle.limits
    for number in range(limits.lock_after):
        assert await attempt(world, WRONG, email=email, client=from_network(number)) is InvalidCredentials
        world.clock.now += delay_after(number + 1, limits)


@pytest.mark.asvs("v5.0.0-2.3.2", "v5.0.0-6.3.1")
async def test_five_failures_are_free_and_then_the_delay_doubles(world: World) -> None:
    await world.user()
    limits = world.services.throttle.limits
    for failures in range(1, 20):
        assert await attempt(world, WRONG, client=from_network(failures)) is InvalidCredentials
        delay = delay_after(failures, limits)
        if delay:
            world.clock.now += delay - timedelta(milliseconds=1)
            with pytest.raises(TooManyAttempts) as refused:
                await world.services.login.with_password(
                    ADA, GOOD_PASSWORD, remember=False, client=from_network(failures)
                )
            assert refused.value.retry_after == 1
            world.clock.now += timedelta(milliseconds=1)
    assert delay_after(5, limits) == timedelta(seconds=1)
    assert delay_after(8, limits) == timedelta(seconds=8)
    assert delay_after(19, limits) == limits.longest_delay


async def test_retry_after_tells_the_whole_delay(world: World) -> None:
    for number in range(8):
        await attempt(world, WRONG, client=from_network(number))
        world.clock.advance(seconds=4)
    with pytest.raises(TooManyAttempts) as refused:
        await world.services.login.with_password(ADA, WRONG, remember=False, client=from_network(9))
    assert refused.value.retry_after == 4


async def test_success_forgives(world: World) -> None:
    await world.user()
    for _ in range(4):
        assert await attempt(world, WRONG) is InvalidCredentials
    assert isinstance(await attempt(world, GOOD_PASSWORD), LoggedIn)
    for _ in range(5):
        assert await attempt(world, WRONG) is InvalidCredentials
    assert await attempt(world, WRONG) is TooManyAttempts


async def test_known_and_unknown_addresses_are_throttled_alike(world: World) -> None:
    await world.user()
    histories = []
    for email in (ADA, "nobody@example.org"):
        history = []
        for number in range(12):
            history.append(await attempt(world, WRONG, email=email, client=from_network(number)))
            world.clock.advance(seconds=3)
        histories.append(history)
    assert histories[0] == histories[1]
    assert TooManyAttempts in histories[0]


async def test_spellings_of_one_address_share_one_counter(world: World) -> None:
    for email in ("ada@example.org", "ADA@example.org", " Ada@Example.Org ", "ada@EXAMPLE.org", "adA@example.org"):
        await attempt(world, WRONG, email=email)
    assert await attempt(world, WRONG, email="aDa@example.org") is TooManyAttempts


async def test_a_parallel_burst_passes_no_limit(world: World) -> None:
    """Race: 40 guesses on real connections at once; five are looked at, however they interleave."""
    await world.user()
    await world.ready_connections()
    outcomes = await asyncio.gather(*(attempt(world, WRONG, client=from_network(number)) for number in range(40)))
    assert outcomes.count(InvalidCredentials) == 5
    assert outcomes.count(TooManyAttempts) == 35


@pytest.mark.asvs("v5.0.0-6.3.1", "v5.0.0-6.3.5")
async def test_a_stranger_cannot_lock_the_owner_out(world: World) -> None:
    await world.user()
    at_home = await attempt(world, GOOD_PASSWORD)
    assert isinstance(at_home, LoggedIn)
    await guess_until_locked(world)
    elsewhere = from_network(5000)
    assert await attempt(world, GOOD_PASSWORD, client=elsewhere) is ConfirmationRequired
    assert isinstance(await attempt(world, GOOD_PASSWORD, client=elsewhere, device_id=at_home.device_id), LoggedIn)
    assert await world.events("login_locked") == [("login_locked", "alarm")]
    assert len([mail for mail in await mails(world, ADA) if "#unlock=" in mail]) == 1


async def test_a_known_device_has_a_counter_of_its_own(world: World) -> None:
    await world.user()
    at_home = await attempt(world, GOOD_PASSWORD)
    assert isinstance(at_home, LoggedIn)
    for _ in range(5):
        assert await attempt(world, WRONG, device_id=at_home.device_id) is InvalidCredentials
    assert await attempt(world, WRONG, device_id=at_home.device_id) is TooManyAttempts
    assert await attempt(world, WRONG) is InvalidCredentials


async def test_a_device_of_one_user_is_a_stranger_to_another(world: World) -> None:
    await world.user()
    await world.user("eve@example.org")
    eves = await attempt(world, GOOD_PASSWORD, email="eve@example.org")
    assert isinstance(eves, LoggedIn)
    for number in range(5):
        await attempt(world, WRONG, client=from_network(number))
    assert await attempt(world, WRONG, device_id=eves.device_id) is TooManyAttempts


async def test_the_lock_looks_the_same_for_an_address_nobody_has(world: World) -> None:
    await guess_until_locked(world, "nobody@example.org")
    world.clock.advance(hours=1)
    assert await attempt(world, WRONG, email="nobody@example.org", client=from_network(6000)) is ConfirmationRequired


async def test_an_operator_unlocks(world: World) -> None:
    await world.user()
    await guess_until_locked(world)
    world.clock.advance(hours=1)
    assert await attempt(world, GOOD_PASSWORD, client=from_network(6000)) is ConfirmationRequired
    await world.services.throttle.unlock("ADA@example.org", PHONE)
    assert isinstance(await attempt(world, GOOD_PASSWORD, client=from_network(6000)), LoggedIn)


async def test_a_quiet_day_forgets(world: World) -> None:
    for number in range(9):
        await attempt(world, WRONG, client=from_network(number))
        world.clock.advance(seconds=30)
    world.clock.advance(hours=24)
    for number in range(5):
        assert await attempt(world, WRONG, client=from_network(number)) is InvalidCredentials


@pytest.mark.asvs("v5.0.0-6.3.1")
async def test_a_limit_that_is_switched_off_holds_nobody_back_any_more(world: World) -> None:
    await world.user()
    for _ in range(6):
        await attempt(world, WRONG)
    assert await attempt(world, GOOD_PASSWORD) is TooManyAttempts
    off = world.services.settings.throttle.model_copy(update={"free_failures": 0})
    restarted = await world_over(
        world.database, world.clock, world.services.settings.model_copy(update={"throttle": off})
    )
    assert isinstance(await attempt(restarted, GOOD_PASSWORD), LoggedIn)


async def test_a_network_that_fails_often_must_prove_work_and_then_wait(world: World) -> None:
    limits = world.services.throttle.limits
    world.clock.advance(minutes=1)
    for number in range(limits.network_free):
        assert await attempt(world, WRONG, email=f"a{number}@example.org") is InvalidCredentials
    assert await attempt(world, WRONG, email="b@example.org") is ProofRequired
    ends = world.clock.now + timedelta(minutes=10)
    for number in range(limits.network_free, limits.network_limit):
        proof = SpentProof(UUID(int=number), ends)
        assert await attempt(world, WRONG, email=f"a{number}@example.org", proof=proof) is InvalidCredentials
    late = SpentProof(UUID(int=9999), ends)
    assert await attempt(world, WRONG, email="c@example.org", proof=late) is TooManyAttempts
    world.clock.advance(minutes=1)
    assert await attempt(world, WRONG, email="c@example.org") is InvalidCredentials


@pytest.mark.asvs("v5.0.0-2.3.4", "v5.0.0-15.4.2")
async def test_a_proof_of_work_is_good_once(world: World) -> None:
    for number in range(world.services.throttle.limits.network_free):
        await attempt(world, WRONG, email=f"a{number}@example.org")
    proof = SpentProof(UUID(int=1), world.clock.now + timedelta(minutes=10))
    outcomes = await asyncio.gather(
        *(attempt(world, WRONG, email=f"b{number}@example.org", proof=proof) for number in range(8))
    )
    assert sorted(outcome.__name__ for outcome in outcomes if isinstance(outcome, type)) == [
        "InvalidCredentials",
        *["ProofRequired"] * 7,
    ]


async def test_a_refused_network_charges_nobody(world: World) -> None:
    await world.user()
    for number in range(world.services.throttle.limits.network_free):
        await attempt(world, WRONG, email=f"a{number}@example.org")
    for _ in range(10):
        assert await attempt(world, WRONG) is ProofRequired
    assert isinstance(await attempt(world, GOOD_PASSWORD, client=from_network(1)), LoggedIn)


async def test_an_ipv6_household_is_one_network(world: World) -> None:
    for number in range(world.services.throttle.limits.network_free):
        await attempt(
            world, WRONG, email=f"a{number}@example.org", client=replace(PHONE, address=f"2001:db8::{number:x}")
        )
    assert await attempt(world, WRONG, client=replace(PHONE, address="2001:db8::ffff:ffff")) is ProofRequired
    assert await attempt(world, WRONG, client=replace(PHONE, address="2001:db8:0:1::1")) is InvalidCredentials
    assert network_of("203.0.113.7") == "203.0.113.7/32"


@pytest.mark.asvs("v5.0.0-2.4.1")
async def test_sign_up_counts_by_network(world: World) -> None:
    for number in range(world.services.throttle.limits.network_free):
        await world.services.sign_up.register(f"n{number}@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    with pytest.raises(ProofRequired):
        await world.services.sign_up.register("more@example.org", GOOD_PASSWORD, remember=False, client=PHONE)


@pytest.mark.asvs("v5.0.0-14.2.4")
async def test_the_table_tells_nobodys_address(world: World) -> None:
    await attempt(world, WRONG, email="my secret password typed into the wrong field")
    dump = str(await world.scalar("SELECT string_agg(t::text || encode(t.subject, 'escape'), ' ') FROM throttle t"))
    assert "secret" not in dump
    assert "203.0.113" not in dump
