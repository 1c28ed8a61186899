"""The gate believes a token only together with the row of its session."""

import asyncio

import pytest

from doorstep.gate.models import SignedIn
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


async def test_everybody_who_asks_in_one_moment_is_told_about_themselves(world: World) -> None:
    """Their rows come in one answer; a mix-up would show one person another's account."""
    emails = [f"user{number}@example.org" for number in range(12)]
    tokens: list[str] = []
    for email in emails:
        await world.user(email)
        logged_in = await world.services.login.with_password(email, GOOD_PASSWORD, remember=False, client=PHONE)
        tokens.append(logged_in.grant.access_token)
    ended = await world.services.gate.identify(tokens[5])
    await world.services.sessions.revoke(ended.user.id, ended.session_id, PHONE, by=ended.session_id)
    told = await asyncio.gather(
        *(world.services.gate.identify(token) for token in tokens + tokens[::-1]), return_exceptions=True
    )
    seen = [who.user.email if isinstance(who, SignedIn) else type(who) for who in told]
    expected = [Unauthenticated if number == 5 else email for number, email in enumerate(emails)]
    assert seen == expected + expected[::-1]
