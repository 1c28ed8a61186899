"""A signature is computed once; that saves nobody whose token has expired, was changed, or whose key was withdrawn."""

from datetime import timedelta
from uuid import UUID

import pytest

from doorstep.audit.models import OPERATOR
from doorstep.kit.signing import verifying_key
from doorstep.sessions.believed_tokens import BelievedToken, BelievedTokens
from doorstep.sessions.failures import Unauthenticated
from doorstep.sessions.models import PASSWORD_ONLY
from doorstep.sessions.policy import Claims
from tests.builders import GOOD_PASSWORD
from tests.world import PHONE, World


async def believed_token(world: World) -> str:
    """An access token that was let in a moment ago."""
    await world.user()
    logged_in = await world.services.login.with_password("ada@example.org", GOOD_PASSWORD, remember=False, client=PHONE)
    token = logged_in.grant.access_token
    await world.services.access_tokens.verify(token)
    return token


@pytest.mark.asvs("v5.0.0-9.2.1")
async def test_it_expires_all_the_same(world: World) -> None:
    token = await believed_token(world)
    settings = world.services.settings.tokens
    world.clock.now += settings.access_ttl + settings.leeway - timedelta(seconds=1)
    await world.services.access_tokens.verify(token)
    world.clock.now += timedelta(seconds=1)
    with pytest.raises(Unauthenticated):
        await world.services.access_tokens.verify(token)


async def test_it_is_refused_once_its_key_is_withdrawn(world: World) -> None:
    token = await believed_token(world)
    kid, _ = world.services.ring.signer()
    await world.services.signing_keys.rotate(OPERATOR, at_once=True)
    await world.services.signing_keys.retire(kid, OPERATOR)
    await world.services.ring.load()
    with pytest.raises(Unauthenticated):
        await world.services.access_tokens.verify(token)


@pytest.mark.asvs("v5.0.0-9.1.1")
async def test_a_changed_copy_is_another_token(world: World) -> None:
    token = await believed_token(world)
    mallory = world.services.access_tokens.sign(
        user_id=UUID(int=1), session_id=UUID(int=2), authenticated_at=world.clock.now, amr=PASSWORD_ONLY
    )
    head, _, signature = token.split(".")
    for forged in (".".join((head, mallory.split(".")[1], signature)), f"{token} ", token[:-1], f"{token}\udc80"):
        with pytest.raises(Unauthenticated):
            await world.services.access_tokens.verify(forged)


def test_the_memory_is_bounded_and_holds_no_token(world: World) -> None:
    now = world.clock.now
    claims = Claims(UUID(int=1), UUID(int=2), now, PASSWORD_ONLY, now, now + timedelta(minutes=10))
    tokens = BelievedTokens(most=3)
    told = BelievedToken(claims, "kid", verifying_key(_PUBLIC))
    for number in range(10):
        tokens.keep(f"token-{number}", told)
    assert len(tokens) == 3
    assert [tokens.find(f"token-{number}") is told for number in (6, 7, 8, 9)] == [False, True, True, True]
    assert "token-9" not in repr(vars(tokens))
    tokens.forget("token-9")
    tokens.forget("token-9")
    assert tokens.find("token-9") is None


# The public key of RFC 7515 appendix A.3.
_PUBLIC = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
