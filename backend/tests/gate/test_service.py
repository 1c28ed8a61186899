"""The gate believes a token only together with the row of its session."""

import pytest

from doorstep.sessions.failures import Unauthenticated
from doorstep.sessions.models import PASSWORD_ONLY
from tests.builders import GOOD_PASSWORD
from tests.world import PHONE, World


@pytest.mark.asvs("v5.0.0-2.2.3", "v5.0.0-10.3.2")
async def test_a_token_for_one_user_does_not_go_with_the_session_of_another(world: World) -> None:
    ada, eve = await world.user(), await world.user("eve@example.org")
    logged_in = await world.services.login.with_password("ada@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    session = logged_in.grant.session_id
    mixed, right = (
        world.services.access_tokens.sign(
            user_id=user, session_id=session, authenticated_at=world.clock.now, amr=PASSWORD_ONLY
        )
        for user in (eve, ada)
    )
    with pytest.raises(Unauthenticated):
        await world.services.gate.identify(mixed)
    assert (await world.services.gate.identify(right)).user.id == ada


@pytest.mark.asvs("v5.0.0-10.3.3")
async def test_a_token_names_its_user_by_an_id_that_is_never_given_away(world: World) -> None:
    """The address may go to somebody else one day; the token stays with the user it was made for."""
    ada = await world.user()
    token = (
        await world.services.login.with_password("ada@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    ).grant.access_token
    async with world.database.connection() as connection:
        await connection.execute("UPDATE users SET email = 'old@example.org', email_key = 'old@example.org'")
    await world.user("ada@example.org")
    assert (await world.services.gate.identify(token)).user.id == ada
