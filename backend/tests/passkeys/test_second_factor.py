"""Passkeys beside two-step log-in: no way round the second factor, and as good as both."""

from dataclasses import replace

import pytest

from doorstep.gate.models import SignedIn
from doorstep.login.service import NEW_BROWSER
from doorstep.passkeys.models import Passkey
from doorstep.sessions.failures import StepUpRequired
from tests.account.people import signed_in
from tests.passkeys.authenticator import Authenticator
from tests.passkeys.test_entry import answer, log_in
from tests.second_factors.people import enrolled, owner
from tests.world import PHONE, World


async def with_passkey(world: World) -> tuple[Authenticator, Passkey, SignedIn]:
    """Somebody with a passkey and, afterwards, two-step log-in; and a session that has shown the password only."""
    ada = await enrolled(world)
    strong = await world.services.gate.identify(await _token_of(world))
    device = Authenticator()
    made = device.make(await world.services.passkeys.creation_options(strong, PHONE))
    passkey = await world.services.passkeys.add(strong, made, None, PHONE)
    assert ada.user_id == strong.user.id
    return device, passkey, replace(strong, amr=("pwd",))


async def _token_of(world: World) -> str:
    """A token of the session in which two-step log-in was turned on."""
    session_id = await world.scalar("SELECT id FROM sessions WHERE revoked_at IS NULL")
    async with world.database.transaction() as tx:
        return await world.services.sessions.prove_again(tx, session_id)  # type: ignore[arg-type] # a UUID


@pytest.mark.asvs("v5.0.0-7.5.3")
async def test_a_password_alone_adds_and_removes_nothing(world: World) -> None:
    """As from a trusted browser, which is not asked for the second factor: a passkey would get round it for good."""
    _, passkey, weak = await with_passkey(world)
    services = world.services
    for act in (
        services.passkeys.creation_options(weak, PHONE),
        services.passkey_removal.remove(weak, passkey.id, PHONE),
        services.passkey_removal.drop_password(weak, PHONE),
    ):
        with pytest.raises(StepUpRequired):
            await act


async def test_a_passkey_is_as_good_as_both(world: World) -> None:
    device, _, weak = await with_passkey(world)
    services = world.services
    logged_in = await log_in(world, answer(world, device))
    who = await services.gate.identify(logged_in.grant.access_token)
    await services.second_factors.make_codes(owner(who))
    used = device.use(await services.passkey_entry.step_up_options(weak))
    token = await services.passkey_entry.step_up(weak, used, PHONE, NEW_BROWSER)
    assert {"otp", "mfa"} <= set((await services.gate.identify(token)).amr)


async def test_who_has_only_a_passkey_and_a_password_logs_in_in_one_step(world: World) -> None:
    """A passkey is a way in of its own; it makes the password no weaker and asks for nothing more."""
    await world.user()
    who = await signed_in(world)
    device = Authenticator()
    made = device.make(await world.services.passkeys.creation_options(who, PHONE))
    await world.services.passkeys.add(who, made, None, PHONE)
    assert (await signed_in(world)).amr == ("pwd",)
