"""Tokens that are good once: for one purpose, one person, a while; five tries for a code, however they come."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from doorstep.kit.secret import derive
from doorstep.one_time_tokens.failures import TokenExpired, TokenUnknown, TokenUsed, WrongCode
from doorstep.one_time_tokens.models import Issued, Purpose
from doorstep.one_time_tokens.policy import RULES
from doorstep.one_time_tokens.service import OneTimeTokens
from tests.builders import SECRET
from tests.letterbox import ADA
from tests.world import PHONE, World


@pytest.fixture
def tokens(world: World) -> OneTimeTokens:
    return OneTimeTokens(world.database, derive(SECRET.encode(), "mailed codes"))


async def issue(
    world: World, tokens: OneTimeTokens, user_id: UUID, purpose: Purpose = Purpose.VERIFY_EMAIL, *, older: bool = False
) -> Issued:
    async with world.database.transaction() as tx:
        return await tokens.issue(tx, purpose, user_id, now=world.clock(), email=ADA, with_code=True, keep_older=older)


async def redeem(world: World, tokens: OneTimeTokens, token: str, purpose: Purpose = Purpose.VERIFY_EMAIL) -> UUID:
    async with world.database.transaction() as tx:
        return (await tokens.redeem(tx, token, purpose, world.clock())).user_id


@pytest.mark.asvs("v5.0.0-6.4.1", "v5.0.0-6.5.5")
@pytest.mark.parametrize("purpose", Purpose)
async def test_a_token_is_good_once_and_for_a_while(world: World, tokens: OneTimeTokens, purpose: Purpose) -> None:
    ada = await world.user()
    token = (await issue(world, tokens, ada, purpose)).token
    assert len(token) == 43
    world.clock.now += RULES[purpose].life - timedelta(microseconds=1)
    assert await redeem(world, tokens, token, purpose) == ada
    with pytest.raises(TokenUsed):
        await redeem(world, tokens, token, purpose)
    late = (await issue(world, tokens, ada, purpose)).token
    world.clock.now += RULES[purpose].life
    with pytest.raises(TokenExpired):
        await redeem(world, tokens, late, purpose)


@pytest.mark.asvs("v5.0.0-6.6.2")
@pytest.mark.parametrize("purpose", Purpose)
async def test_a_token_is_good_for_its_purpose_only(world: World, tokens: OneTimeTokens, purpose: Purpose) -> None:
    ada = await world.user()
    token = (await issue(world, tokens, ada, purpose)).token
    for other in set(Purpose) - {purpose}:
        with pytest.raises(TokenUnknown):
            await redeem(world, tokens, token, other)
        with pytest.raises(TokenUnknown):
            await tokens.look(token, other, world.clock())
    assert await redeem(world, tokens, token, purpose) == ada


@pytest.mark.asvs("v5.0.0-6.6.2")
async def test_a_code_is_good_for_its_user_only(world: World, tokens: OneTimeTokens) -> None:
    ada, bea = await world.user(), await world.user("bea@example.org")
    code = (await issue(world, tokens, ada)).code
    assert code is not None
    while (other := (await issue(world, tokens, bea)).code) == code:
        pass
    with pytest.raises(WrongCode):
        await tokens.charge_code(bea, Purpose.VERIFY_EMAIL, code, world.clock())
    with pytest.raises(WrongCode):
        await tokens.charge_code(ada, Purpose.RESET_PASSWORD, code, world.clock())
    assert other is not None
    assert await tokens.charge_code(bea, Purpose.VERIFY_EMAIL, other, world.clock())


@pytest.mark.asvs("v5.0.0-6.6.3")
async def test_five_wrong_codes_void_it(world: World, tokens: OneTimeTokens) -> None:
    ada = await world.user()
    code = (await issue(world, tokens, ada)).code
    assert code is not None
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        with pytest.raises(WrongCode):
            await tokens.charge_code(ada, Purpose.VERIFY_EMAIL, wrong, world.clock())
    with pytest.raises(WrongCode):
        await tokens.charge_code(ada, Purpose.VERIFY_EMAIL, code, world.clock())


@pytest.mark.asvs("v5.0.0-15.4.2")
async def test_a_burst_of_codes_gets_no_more_than_five_tries(world: World, tokens: OneTimeTokens) -> None:
    """All at once, the right one among them last: it never counts as a sixth try."""
    ada = await world.user()
    code = (await issue(world, tokens, ada)).code
    assert code is not None
    wrong = [f"{(int(code) + step) % 10**6:06}" for step in range(1, 41)]
    tries = (tokens.charge_code(ada, Purpose.VERIFY_EMAIL, typed, world.clock()) for typed in wrong)
    await asyncio.gather(*tries, return_exceptions=True)
    assert await world.scalar("SELECT wrong_codes FROM one_time_tokens") == 5
    with pytest.raises(WrongCode):
        await tokens.charge_code(ada, Purpose.VERIFY_EMAIL, code, world.clock())


async def test_one_token_used_by_many_at_once_is_used_once(world: World, tokens: OneTimeTokens) -> None:
    token = (await issue(world, tokens, await world.user())).token
    outcomes = await asyncio.gather(*(redeem(world, tokens, token) for _ in range(6)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["TokenUsed"] * 5 + ["UUID"]


async def test_many_issued_at_once_leave_one(world: World, tokens: OneTimeTokens) -> None:
    ada = await world.user()
    await asyncio.gather(*(issue(world, tokens, ada) for _ in range(6)))
    assert await world.scalar("SELECT count(*) FROM one_time_tokens") == 1


async def test_a_newer_voids_the_older_unless_both_are_wanted(world: World, tokens: OneTimeTokens) -> None:
    ada = await world.user()
    first = (await issue(world, tokens, ada)).token
    second = (await issue(world, tokens, ada, older=True)).token
    assert await redeem(world, tokens, first) == ada
    third = (await issue(world, tokens, ada)).token
    with pytest.raises(TokenUnknown):
        await redeem(world, tokens, second)
    assert await redeem(world, tokens, third) == ada


@pytest.mark.parametrize("text", ["", "A", "A" * 42, "A" * 43, "A" * 64, "ü" * 43, "=" * 43, "\x00" * 43])
async def test_what_was_never_issued_is_unknown(world: World, tokens: OneTimeTokens, text: str) -> None:
    with pytest.raises(TokenUnknown):
        await redeem(world, tokens, text)


async def test_a_disabled_user_uses_no_token(world: World, tokens: OneTimeTokens) -> None:
    token = (await issue(world, tokens, await world.user())).token
    await world.services.users.disable("ada@example.org", PHONE)
    with pytest.raises(TokenUnknown):
        await redeem(world, tokens, token)


@pytest.mark.asvs("v5.0.0-6.5.2")
async def test_only_hashes_are_stored(world: World, tokens: OneTimeTokens) -> None:
    issued = await issue(world, tokens, await world.user())
    row = str(await world.scalar("SELECT t::text FROM one_time_tokens t"))
    assert issued.code is not None
    assert issued.token not in row
    assert issued.code not in row.replace(str(await world.scalar("SELECT id FROM one_time_tokens")), "")
