"""People who are signed in, as the guard hands them to a route."""

from doorstep.gate.models import SignedIn
from tests.builders import GOOD_PASSWORD
from tests.letterbox import ADA
from tests.world import PHONE, World


async def signed_in(world: World, email: str = ADA, password: str = GOOD_PASSWORD) -> SignedIn:
    """Somebody who has just logged in."""
    logged_in = await world.services.login.with_password(email, password, remember=False, client=PHONE)
    return await world.services.gate.identify(logged_in.grant.access_token)
