"""People with two-step log-in, and their apps."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pyotp import TOTP

from doorstep.gate.models import SignedIn
from doorstep.login.failures import SecondFactorRequired
from doorstep.login.models import Browser, LoggedIn
from doorstep.second_factors.models import Owner
from tests.account.people import signed_in
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA
from tests.world import PHONE, World

NEW_BROWSER = Browser()


@dataclass(frozen=True)
class Enrolled:
    """Somebody whose log-in takes two steps."""

    user_id: UUID
    secret: str
    recovery_codes: tuple[str, ...]
    owner: Owner

    def code(self, world: World, steps: int = 0) -> str:
        """What the app shows now, or that many steps later."""
        return TOTP(self.secret).at(world.clock.now + timedelta(seconds=30 * steps))


async def owner_of(world: World, email: str = ADA) -> Owner:
    """Somebody who has just logged in by the password, as the routes hand them on."""
    return owner(await signed_in(world, email))


def owner(who: SignedIn) -> Owner:
    """The same of somebody whom the gate let in."""
    return Owner(who.user.id, who.user.email, who.session_id, who.authenticated_at, who.amr, PHONE)


async def enrolled(world: World, email: str = ADA, *, verified: bool = True) -> Enrolled:
    """A new user who has turned two-step log-in on, a step ago: the next code is a fresh one."""
    user_id = await (world.user(email) if verified else world.unverified(email))
    who = await owner_of(world, email)
    made = await world.services.second_factors.begin(who)
    codes = await world.services.second_factors.confirm(who, TOTP(made.secret).at(world.clock.now))
    await world.later(timedelta(seconds=60))
    return Enrolled(user_id, made.secret, codes, who)


async def ticket(world: World, email: str = ADA, password: str = GOOD_PASSWORD, browser: Browser = NEW_BROWSER) -> str:
    """The first step, done: what leads to the second."""
    try:
        await world.services.login.with_password(email, password, remember=True, client=PHONE, browser=browser)
    except SecondFactorRequired as required:
        return required.ticket
    raise AssertionError("the password alone was enough")


async def by_totp(
    world: World, ticket_text: str, code: str, *, trust: bool = False, browser: Browser = NEW_BROWSER
) -> LoggedIn:
    """The second step with a code of the app."""
    return await world.services.second_step.with_totp(
        ticket_text, code, trust=trust, client=PHONE, device_id=browser.device_id
    )


async def by_recovery_code(world: World, ticket_text: str, code: str, *, browser: Browser = NEW_BROWSER) -> LoggedIn:
    """The second step with a recovery code."""
    return await world.services.second_step.with_recovery_code(
        ticket_text, code, client=PHONE, device_id=browser.device_id
    )


async def trusted_browser(world: World) -> Browser:
    """The one browser that is trusted."""
    device_id = await world.scalar("SELECT device_id FROM known_devices WHERE trusted_until IS NOT NULL")
    assert isinstance(device_id, UUID)
    return Browser(device_id)
