import asyncio
import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from doorstep.login.failures import InvalidCredentials
from doorstep.one_time_tokens.failures import TokenExpired, TokenUnknown, TokenUsed
from doorstep.passwords.failures import PasswordRefused
from doorstep.sessions.failures import SessionEnded
from tests.builders import GOOD_PASSWORD
from tests.world import PHONE, World

NEW_PASSWORD = "eleven loud geese at dusk"
ADA = "ada@example.org"


async def mails(world: World) -> list[str]:
    """All mails so far, as the files that the twin of the mail server keeps, oldest first."""
    while await world.services.recovery.answer_one():
        pass
    while await world.services.outbox.send_due():
        pass
    folder = Path(world.services.settings.data_dir) / "mails"
    parsed = [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]
    return [f"{mail['Subject']}\n{plain.get_content()}" for mail in parsed if (plain := mail.get_body(("plain",)))]


def link_token(mail: str, page: str) -> str:
    found = re.search(rf"/{page}/#([A-Za-z0-9_=-]+)", mail)
    assert found, mail
    return found[1]


async def forgot(world: World, email: str = ADA) -> str:
    await world.services.recovery.ask(email, PHONE)
    return link_token((await mails(world))[-1], "reset")


async def test_a_forgotten_password_is_replaced_and_every_session_ends(world: World) -> None:
    await world.user()
    before = await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    await world.services.recovery.reset(await forgot(world), NEW_PASSWORD, PHONE)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(before.grant.refresh_token, PHONE)
    with pytest.raises(InvalidCredentials):
        await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    assert await world.services.login.with_password(ADA, NEW_PASSWORD, remember=False, client=PHONE)
    assert "Your password was changed" in (await mails(world))[-1]


async def test_nobody_is_told_whether_an_address_is_known(world: World) -> None:
    await world.user()
    await world.services.recovery.ask("nobody@example.org", PHONE)
    assert await world.scalar("SELECT count(*) FROM recovery_requests") == 1
    assert await mails(world) == []
    assert await world.scalar("SELECT count(*) FROM recovery_requests") == 0


async def test_a_link_is_good_once(world: World) -> None:
    await world.user()
    token = await forgot(world)
    await world.services.recovery.look(token)
    await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)
    with pytest.raises(TokenUsed):
        await world.services.recovery.reset(token, GOOD_PASSWORD, PHONE)


async def test_two_resets_at_once_change_the_password_once(world: World) -> None:
    await world.user()
    token = await forgot(world)
    passwords = [f"{number} quiet herons at some dawn" for number in range(6)]
    outcomes = await asyncio.gather(
        *(world.services.recovery.reset(token, password, PHONE) for password in passwords), return_exceptions=True
    )
    assert outcomes.count(None) == 1
    assert {type(outcome) for outcome in outcomes if outcome is not None} == {TokenUsed}
    assert await world.scalar("SELECT credential_version FROM users") == 2


async def test_a_link_expires(world: World) -> None:
    await world.user()
    token = await forgot(world)
    await world.later(world.services.settings.sessions.idle)
    with pytest.raises(TokenExpired):
        await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)


async def test_a_newer_link_voids_the_older_and_nobody_fills_a_mailbox(world: World) -> None:
    await world.user()
    older = await forgot(world)
    assert await forgot(world) == older
    world.clock.advance(minutes=1, seconds=1)
    newer = await forgot(world)
    with pytest.raises(TokenUnknown):
        await world.services.recovery.reset(older, NEW_PASSWORD, PHONE)
    await world.services.recovery.reset(newer, NEW_PASSWORD, PHONE)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 64, "ü", "../../etc"])
async def test_a_forged_link_opens_nothing(world: World, token: str) -> None:
    with pytest.raises(TokenUnknown):
        await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)


async def test_a_refused_password_leaves_the_link_good(world: World) -> None:
    await world.user()
    token = await forgot(world)
    with pytest.raises(PasswordRefused):
        await world.services.recovery.reset(token, "short", PHONE)
    await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)


async def test_a_disabled_user_gets_no_mail_and_no_password(world: World) -> None:
    await world.user()
    token = await forgot(world)
    await world.services.users.disable(ADA, PHONE)
    with pytest.raises(TokenUnknown):
        await world.services.recovery.reset(token, NEW_PASSWORD, PHONE)
    world.clock.advance(minutes=2)
    await world.services.recovery.ask(ADA, PHONE)
    assert len(await mails(world)) == 1


async def test_a_log_in_that_was_not_theirs_is_ended_by_the_mail(world: World) -> None:
    await world.user()
    await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    assert await mails(world) == []
    thief = await world.services.login.with_password(ADA, GOOD_PASSWORD, remember=False, client=PHONE)
    [told] = await mails(world)
    reset = await world.services.recovery.not_me(link_token(told, "verify").removeprefix("not-me="), PHONE)
    with pytest.raises(SessionEnded):
        await world.services.sessions.refresh(thief.grant.refresh_token, PHONE)
    await world.services.recovery.reset(reset, NEW_PASSWORD, PHONE)


async def test_no_usable_token_lies_in_the_database(world: World) -> None:
    await world.user()
    await world.services.recovery.ask(ADA, PHONE)
    await world.services.recovery.answer_one()
    dump = str(await world.scalar("SELECT string_agg(o::text, ' ') FROM outbox o"))
    tokens = str(await world.scalar("SELECT string_agg(t::text, ' ') FROM one_time_tokens t"))
    token = link_token((await mails(world))[-1], "reset")
    assert token not in dump
    assert token not in tokens
    assert await world.scalar("SELECT count(*) FROM outbox WHERE sealed_letter IS NOT NULL") == 0
