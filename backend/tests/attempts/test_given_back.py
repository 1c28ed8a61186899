"""No charge of a right password or code outlives an outage, and an outage gives nobody free guesses."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias
from uuid import uuid4

import pytest
from pyotp import TOTP

from doorstep.kit.database import DatabaseUnavailable
from doorstep.login.failures import InvalidCredentials
from doorstep.login.models import Browser
from doorstep.login.service import NEW_BROWSER
from doorstep.throttle.failures import TooManyAttempts
from tests.account.people import signed_in
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA, code_in, mails
from tests.outage import no_writes
from tests.passkeys.authenticator import added
from tests.passkeys.test_entry import answer
from tests.passkeys.test_entry import log_in as by_passkey
from tests.passkeys.test_second_factor import with_passkey
from tests.passkeys.test_second_step import answered, step
from tests.second_factors.people import by_recovery_code, by_totp, enrolled, owner_of, ticket
from tests.world import PHONE, World

TRIES = 25
"""More than any limit lets pass: five failures of an address, five tries of a ticket or a code, 20 of a network."""

Act: TypeAlias = Callable[[], Awaitable[object]]


async def log_in(world: World, password: str = GOOD_PASSWORD, browser: Browser = NEW_BROWSER) -> object:
    return await world.services.login.with_password(ADA, password, remember=False, client=PHONE, browser=browser)


async def password(world: World) -> Act:
    await world.user()
    return lambda: log_in(world)


async def password_in_a_known_browser(world: World) -> Act:
    await world.user()
    first = await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    return lambda: log_in(world, browser=Browser(first.device_id))


async def step_up(world: World) -> Act:
    await world.user()
    who = await signed_in(world)
    return lambda: world.services.account.step_up(who, GOOD_PASSWORD, PHONE, NEW_BROWSER)


async def app(world: World) -> Act:
    ada = await enrolled(world)
    first = await ticket(world)
    return lambda: by_totp(world, first, ada.code(world))


async def app_at_step_up(world: World) -> Act:
    ada = await enrolled(world)
    who = await world.services.gate.identify(
        (await by_totp(world, await ticket(world), ada.code(world))).grant.access_token
    )
    return lambda: world.services.account.step_up(who, GOOD_PASSWORD, PHONE, NEW_BROWSER, ada.code(world, 1))


async def recovery_code(world: World) -> Act:
    ada = await enrolled(world)
    first = await ticket(world)
    return lambda: by_recovery_code(world, first, ada.recovery_codes[0])


async def passkey(world: World) -> Act:
    await world.user()
    device, _ = await added(world)
    return lambda: by_passkey(world, answer(world, device))


async def passkey_as_second_step(world: World) -> Act:
    device, _, _ = await with_passkey(world)
    first = await ticket(world)

    async def act() -> object:
        return await step(world, first, await answered(world, device, first))

    return act


async def setting_up_an_app(world: World) -> Act:
    await world.user()
    owner = await owner_of(world)
    made = await world.services.second_factors.begin(owner)
    return lambda: world.services.second_factors.confirm(owner, TOTP(made.secret).at(world.clock.now))


async def mailed_code(world: World) -> Act:
    await world.unverified()
    who = await signed_in(world)
    await world.services.account.send_verification(who)
    code = code_in((await mails(world))[-1])
    return lambda: world.services.account.verify_by_code(who, code, PHONE)


RIGHT = (
    password,
    password_in_a_known_browser,
    step_up,
    app,
    app_at_step_up,
    recovery_code,
    passkey,
    passkey_as_second_step,
    setting_up_an_app,
    mailed_code,
)


@pytest.mark.parametrize("prepare", RIGHT, ids=lambda prepare: prepare.__name__)
async def test_what_is_right_is_right_again_as_soon_as_there_is_room(
    world: World, prepare: Callable[[World], Awaitable[Act]]
) -> None:
    act = await prepare(world)
    before = await charges(world)
    # The code of an app is used up in a transaction that writes no event.
    at = no_writes(world.database, "totp", act="UPDATE OF last_step") if prepare is app_at_step_up else None
    async with at or no_writes(world.database, "audit_events"):
        for _ in range(TRIES):
            with pytest.raises(DatabaseUnavailable) as outage:
                await act()
            assert outage.value.retry_after == 2
    await world.services.attempts.give_back()
    assert await charges(world) == before
    await act()
    assert await world.scalar("SELECT count(*) FROM throttle WHERE blocked_until IS NOT NULL") == 0


async def charges(world: World) -> list[tuple[object, ...]]:
    """Everything that wrong tries are counted by, apart from what counts none."""
    statement = """
        SELECT 'throttle', encode(subject, 'hex'), failures, blocked_until FROM throttle WHERE failures > 0
        UNION ALL SELECT 'totp', user_id::text, wrong_codes, NULL FROM totp
        UNION ALL SELECT 'ticket', id::text, tries, NULL FROM login_tickets
        UNION ALL SELECT 'token', id::text, wrong_codes, NULL FROM one_time_tokens ORDER BY 1, 2
    """
    return [tuple(row) for row in await world.database.fetch(statement)]


@pytest.mark.parametrize("state", ["55P03", "57014", "53200", "58030", "25006", "40P01", "57P03"])
async def test_whatever_the_outage_is(world: World, state: str) -> None:
    await world.user()
    async with no_writes(world.database, "audit_events", state=state):
        for _ in range(TRIES):
            with pytest.raises(DatabaseUnavailable):
                await log_in(world)
    await log_in(world)


@pytest.mark.asvs("v5.0.0-6.3.1")
async def test_an_outage_gives_no_free_guesses(world: World) -> None:
    """What was wrong is charged, though the refusal could not be written."""
    await world.user()
    async with no_writes(world.database, "audit_events"):
        for _ in range(world.services.throttle.limits.free_failures):
            with pytest.raises(DatabaseUnavailable):
                await log_in(world, "not the right password")
    with pytest.raises(TooManyAttempts):
        await log_in(world)


@pytest.mark.asvs("v5.0.0-6.3.1")
async def test_nor_free_codes(world: World) -> None:
    ada = await enrolled(world)
    first = await ticket(world)
    wrong = "000000" if ada.code(world) != "000000" else "000001"
    async with no_writes(world.database, "audit_events"):
        for _ in range(3):
            with pytest.raises(DatabaseUnavailable):
                await by_totp(world, first, wrong)
    await world.services.attempts.give_back()
    assert await world.scalar("SELECT wrong_codes FROM totp") == 3
    assert await world.scalar("SELECT tries FROM login_tickets") == 3


async def test_what_was_wrong_before_the_outage_stays_charged(world: World) -> None:
    """Only the charge of the attempt itself goes: with it the delay that it asked for."""
    await world.user()
    for _ in range(4):
        with pytest.raises(InvalidCredentials):
            await log_in(world, "not the right password")
    async with no_writes(world.database, "sessions"):
        for _ in range(3):
            with pytest.raises(DatabaseUnavailable):
                await log_in(world)
    with pytest.raises(InvalidCredentials):
        await log_in(world, "not the right password")
    with pytest.raises(TooManyAttempts):
        await log_in(world)


async def test_where_giving_back_fails_too_nothing_more_is_charged(world: World) -> None:
    await world.user()
    async with no_writes(world.database, "sessions"):
        with pytest.raises(DatabaseUnavailable):
            await log_in(world)
        async with no_writes(world.database, "throttle"):
            for _ in range(TRIES):
                with pytest.raises(DatabaseUnavailable):
                    await log_in(world)
        assert await world.scalar("SELECT failures FROM throttle WHERE kind = 'email'") == 1
    await log_in(world)


async def test_what_a_killed_server_left_is_given_back_by_another(world: World) -> None:
    await world.user()
    async with no_writes(world.database, "sessions"):
        for _ in range(5):
            with pytest.raises(DatabaseUnavailable):
                await log_in(world)
            world.services.attempts._owed.clear()  # noqa: SLF001 -- the process is gone, and its memory with it
    with pytest.raises(TooManyAttempts):
        await log_in(world)
    assert await world.services.attempts.give_back_left() == 0  # somebody may be at them
    await world.database.fetch("UPDATE open_attempts SET opened_at = now() - interval '61 seconds'")
    assert await world.services.attempts.give_back_left() == 5
    world.clock.now += timedelta(seconds=3)  # past the moment for which a refusal is remembered
    await log_in(world)


async def test_a_charge_whose_answer_was_lost_is_given_back_once(world: World) -> None:
    """The row of the attempt says whether it was charged: an answer that never came does not."""
    await world.user()
    async with no_writes(world.database, "sessions"):
        with pytest.raises(DatabaseUnavailable):
            await log_in(world)
    attempts = world.services.attempts
    owed = list(attempts._owed)  # noqa: SLF001 -- what a time-out in the middle of the commit leaves known
    await attempts.give_back()
    attempts._owed += [*owed, uuid4()]  # noqa: SLF001 -- as after a lost answer, and one that was never charged
    with pytest.raises(InvalidCredentials):
        await log_in(world, "not the right password")
    attempts._owed += owed  # noqa: SLF001 -- as above
    await attempts.give_back()
    assert await world.scalar("SELECT failures FROM throttle WHERE kind = 'email'") == 1


async def test_judged_attempts_are_forgotten(world: World) -> None:
    await world.user()
    await log_in(world)
    with pytest.raises(InvalidCredentials):
        await log_in(world, "not the right password")
    assert await world.scalar("SELECT count(*) FROM open_attempts") == 2
    await world.services.attempts.settle()
    assert await world.scalar("SELECT count(*) FROM open_attempts") == 0
    assert await world.scalar("SELECT failures FROM throttle WHERE kind = 'email'") == 1
