"""What the people of `5ce81d1.json` do after the upgrade: come back with a cookie, log in."""

from uuid import UUID

from doorstep.gate.models import SignedIn
from doorstep.login.models import Browser, LoggedIn
from doorstep.sessions.failures import SessionEnded
from tests.builders import GOOD_PASSWORD
from tests.upgrades.held import BROWSERS
from tests.world import PHONE, World


async def come_back(world: World, refresh_token: str) -> SignedIn:
    """Who the browser with this cookie is signed in as."""
    grant = await world.services.sessions.refresh(refresh_token, PHONE)
    return await world.services.gate.identify(grant.access_token)


async def log_in(world: World, email: str, password: str = GOOD_PASSWORD, device_id: UUID | None = None) -> LoggedIn:
    return await world.services.login.with_password(
        email, password, remember=False, client=PHONE, browser=Browser(device_id)
    )


async def signed_in(world: World, name: str) -> SignedIn:
    """The person in the browser of that name."""
    return await come_back(world, BROWSERS[name]["refresh_token"])


async def is_out(world: World, refresh_token: str) -> bool:
    """Whether the browser with this cookie is signed in no longer."""
    try:
        await come_back(world, refresh_token)
    except SessionEnded:
        return True
    return False
