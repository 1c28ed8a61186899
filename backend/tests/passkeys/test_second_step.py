"""A passkey as the second step of a log-in: the owner's own, for this ticket, once."""

import pytest

from doorstep.audit.models import Client
from doorstep.login.failures import SecondFactorRequired
from doorstep.login.models import Browser, LoggedIn
from doorstep.login.service import NEW_BROWSER
from doorstep.passkeys.failures import CeremonyOver
from doorstep.passkeys.models import TypedAssertion
from doorstep.second_factors.models import Factor
from doorstep.tickets.failures import TicketEnded
from doorstep.totp.failures import WrongFactorCode
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA, mails
from tests.passkeys.authenticator import PRESENT, Authenticator, Bent, added
from tests.passkeys.test_entry import EVE, answer
from tests.passkeys.test_second_factor import with_passkey
from tests.second_factors.people import enrolled, ticket, trusted_browser
from tests.world import PHONE, World

LAPTOP = Client("198.51.100.4", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "request-2")


async def answered(world: World, device: Authenticator, ticket_text: str, bent: Bent | None = None) -> TypedAssertion:
    """What the passkey says to the challenge of this ticket."""
    return device.use(await world.services.passkey_entry.second_step_options(ticket_text), bent or Bent())


async def step(
    world: World, ticket_text: str, typed: TypedAssertion, *, trust: bool = False, browser: Browser = NEW_BROWSER
) -> LoggedIn:
    """The second step with it."""
    return await world.services.passkey_entry.second_step(
        ticket_text, typed, trust=trust, client=LAPTOP, device_id=browser.device_id
    )


async def refused(world: World, ticket_text: str, typed: TypedAssertion) -> None:
    """It is refused as a wrong code is, and opens no session."""
    before = await world.scalar("SELECT count(*) FROM sessions")
    with pytest.raises(WrongFactorCode):
        await step(world, ticket_text, typed)
    assert await world.scalar("SELECT count(*) FROM sessions") == before


async def offered(world: World) -> tuple[Factor, ...]:
    """What the password leads to."""
    with pytest.raises(SecondFactorRequired) as required:
        await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    return required.value.factors


@pytest.mark.asvs("v5.0.0-6.3.3")
async def test_password_and_passkey_let_their_owner_in(world: World) -> None:
    device, passkey, weak = await with_passkey(world)
    assert await offered(world) == (Factor.TOTP, Factor.RECOVERY_CODE, Factor.PASSKEY)
    first = await ticket(world)
    options = await world.services.passkey_entry.second_step_options(first)
    assert [each.id for each in options.allowed] == [passkey.id]
    logged_in = await step(world, first, device.use(options))
    who = await world.services.gate.identify(logged_in.grant.access_token)
    assert (who.user.id, who.amr) == (weak.user.id, ("pwd", "mfa"))
    began = "SELECT passkey_id FROM sessions WHERE id = $1"
    assert await world.scalar(began, logged_in.grant.session_id) == passkey.id
    detail = "SELECT detail ->> 'factor' FROM audit_events WHERE kind = 'login' AND session_id = $1"
    assert await world.scalar(detail, logged_in.grant.session_id) == "passkey"


async def test_it_is_offered_to_who_has_one(world: World) -> None:
    await enrolled(world)
    assert await offered(world) == (Factor.TOTP, Factor.RECOVERY_CODE)


async def test_a_trusted_browser_is_not_asked_again(world: World) -> None:
    device, _, _ = await with_passkey(world)
    first = await ticket(world)
    await step(world, first, await answered(world, device, first), trust=True)
    await world.services.login.with_password(
        ADA, GOOD_PASSWORD, remember=False, client=PHONE, browser=await trusted_browser(world)
    )


@pytest.mark.asvs("v5.0.0-6.3.8")
async def test_anothers_passkey_is_none(world: World) -> None:
    await with_passkey(world)
    await world.user(EVE)
    eves, _ = await added(world, None, EVE)
    first = await ticket(world)
    await refused(world, first, await answered(world, eves, first))
    assert await world.scalar("SELECT last_used_at FROM passkeys WHERE credential_id = $1", eves.credential_id) is None
    assert await world.events("second_factor") == [("second_factor", "refused")]
    assert await world.scalar("SELECT detail ->> 'reason' FROM audit_events WHERE kind = 'second_factor'") == "user"


@pytest.mark.asvs("v5.0.0-6.7.2")
async def test_a_challenge_of_another_purpose_or_another_ticket_is_none(world: World) -> None:
    device, _, weak = await with_passkey(world)
    first, other = await ticket(world), await ticket(world)
    await refused(world, first, answer(world, device))
    await refused(world, first, device.use(await world.services.passkey_entry.step_up_options(weak)))
    await refused(world, first, await answered(world, device, other))
    await step(world, first, await answered(world, device, first))


async def test_its_challenge_is_for_nothing_else(world: World) -> None:
    device, _, weak = await with_passkey(world)
    options = await world.services.passkey_entry.second_step_options(await ticket(world))
    with pytest.raises(Exception, match="Invalid credentials"):
        await world.services.passkey_entry.log_in(device.use(options), remember=False, client=LAPTOP, browser=Browser())
    with pytest.raises(Exception, match="could not be used"):
        await world.services.passkey_entry.step_up(weak, device.use(options), PHONE, Browser())


@pytest.mark.parametrize("bent", [Bent(origin="http://evil.example"), Bent(flags=PRESENT), Bent(handle=b"x" * 64)])
async def test_an_answer_that_is_not_to_us_is_none(world: World, bent: Bent) -> None:
    device, _, _ = await with_passkey(world)
    first = await ticket(world)
    await refused(world, first, await answered(world, device, first, bent))


async def test_ticket_and_challenge_are_good_once(world: World) -> None:
    device, _, _ = await with_passkey(world)
    first = await ticket(world)
    used = await answered(world, device, first)
    await step(world, first, used)
    with pytest.raises(TicketEnded):
        await step(world, first, used)
    with pytest.raises(TicketEnded):
        await world.services.passkey_entry.second_step_options(first)
    with pytest.raises(TicketEnded):
        await step(world, "x" * 43, used)


async def test_a_challenge_is_good_for_five_minutes(world: World) -> None:
    device, _, _ = await with_passkey(world)
    first = await ticket(world)
    used = await answered(world, device, first)
    world.clock.advance(minutes=5)
    with pytest.raises((CeremonyOver, TicketEnded)):
        await step(world, first, used)


@pytest.mark.asvs("v5.0.0-6.3.1")
async def test_five_tries_end_the_ticket_and_the_owner_hears_of_it(world: World) -> None:
    device, _, _ = await with_passkey(world)
    first = await ticket(world)
    good = await answered(world, device, first)
    for _ in range(4):
        await refused(world, first, answer(world, device))
    with pytest.raises(TicketEnded):
        await step(world, first, answer(world, device))
    with pytest.raises(TicketEnded):
        await step(world, first, good)
    with pytest.raises(TicketEnded):
        await world.services.passkey_entry.second_step_options(first)


async def test_a_change_of_the_factors_ends_the_ticket(world: World) -> None:
    device, _, _ = await with_passkey(world)
    first = await ticket(world)
    used = await answered(world, device, first)
    await world.services.second_factors.reset(ADA, PHONE)
    with pytest.raises(TicketEnded):
        await world.services.passkey_entry.second_step_options(first)
    with pytest.raises(TicketEnded):
        await step(world, first, used)


async def test_a_removed_passkey_is_none(world: World) -> None:
    device, passkey, weak = await with_passkey(world)
    first = await ticket(world)
    used = await answered(world, device, first)
    async with world.database.transaction() as tx:
        await tx.execute("DELETE FROM passkeys WHERE id = $1", passkey.id)
    await refused(world, first, used)
    assert await offered(world) == (Factor.TOTP, Factor.RECOVERY_CODE)
    assert weak.user.email == ADA


@pytest.mark.asvs("v5.0.0-16.3.3")
async def test_a_copy_is_refused_and_told(world: World) -> None:
    device, _, _ = await with_passkey(world)
    copy = Authenticator(key=device.key)
    copy.credential_id, copy.handle, copy.count = device.credential_id, device.handle, device.count
    first = await ticket(world)
    await step(world, first, await answered(world, device, first))
    second = await ticket(world)
    await refused(world, second, await answered(world, copy, second))
    assert await world.events("passkey_copied") == [("passkey_copied", "alarm")]
    [mail] = [mail for mail in await mails(world, ADA) if "copy of your passkey" in mail]
    assert "It is kept in: Bitwarden." in mail
    await step(world, second, await answered(world, device, second))
