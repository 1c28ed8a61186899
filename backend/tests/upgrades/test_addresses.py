# ruff: noqa: RUF001 -- full-width letters are the subject
"""Users, held addresses, counters and mails that the version before had keyed otherwise get the key of today."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest

from doorstep.addresses.policy import former_key
from doorstep.login.failures import InvalidCredentials
from doorstep.mail.models import MailKind
from doorstep.throttle.failures import TooManyAttempts
from doorstep.users import service as users
from doorstep.users.failures import EmailTaken
from doorstep.users.policy import email_key
from tests.builders import GOOD_PASSWORD
from tests.letterbox import link_token, mails
from tests.upgrades.going_on import log_in
from tests.world import PHONE, World

U_LABEL: Final = "ada@bücher.example"
A_LABEL: Final = "ada@xn--bcher-kva.example"
OTHER_PASSWORD: Final = "seven quiet herons in fog"

_OLD: Final = "UPDATE users SET email_key = $2, email_key_form = 1 WHERE id = $1"
_BY_ID: Final = "SELECT email_key FROM users WHERE id = $1"


async def of_before(world: World, email: str, password: str = GOOD_PASSWORD, *, verified: bool = True) -> UUID:
    """A user whom the version before has added."""
    async with world.database.transaction() as tx:
        hashed = await world.services.hasher.hash(password)
        user_id = await users.add(tx, f"{len(email)}-{email_key(email)[:20]}x@new.example", hashed, world.clock.now)
        await tx.execute("UPDATE users SET email = $2 WHERE id = $1", user_id, email)
        await tx.execute(_OLD, user_id, former_key(email))
        if verified:
            await tx.execute("UPDATE users SET email_verified_at = $2 WHERE id = $1", user_id, world.clock.now)
    return user_id


async def user_of(world: World, email: str, password: str = GOOD_PASSWORD) -> UUID:
    """Who is let in by that."""
    await log_in(world, email, password)
    found = await world.services.users.find_by_email(email)
    assert found is not None
    return found.id


async def test_who_was_keyed_by_the_spelling_of_a_domain_is_found_by_both(world: World) -> None:
    user_id = await of_before(world, U_LABEL)
    assert await world.services.addresses.settle() == 1
    assert await user_of(world, U_LABEL) == await user_of(world, A_LABEL) == user_id
    assert await world.scalar("SELECT email FROM users WHERE id = $1", user_id) == U_LABEL
    assert await world.services.addresses.clashes() == ()
    assert await world.services.addresses.settle() == 0


async def test_who_was_keyed_by_rewritten_letters_leaves_the_other_mailbox_free(world: World) -> None:
    user_id = await of_before(world, "straße@example.com")
    await world.services.addresses.settle()
    assert await user_of(world, "STRAẞE@example.com") == user_id
    other = await world.services.sign_up.create("strasse@example.com", OTHER_PASSWORD, PHONE)
    assert await user_of(world, "Strasse@example.com", OTHER_PASSWORD) == other


async def test_two_users_of_one_mailbox_both_get_in_as_they_did(world: World) -> None:
    spelled = await of_before(world, U_LABEL)
    by_key = await of_before(world, A_LABEL, OTHER_PASSWORD)
    await world.services.addresses.settle()
    assert await user_of(world, "Ada@Bücher.example") == spelled
    assert await user_of(world, A_LABEL, OTHER_PASSWORD) == by_key
    with pytest.raises(InvalidCredentials):
        await log_in(world, A_LABEL)
    [clash] = await world.services.addresses.clashes()
    assert (clash.found_by_key.id, clash.found_by_spelling.id) == (by_key, spelled)
    assert await world.services.addresses.settle() == 0
    for email in (U_LABEL, A_LABEL):
        with pytest.raises(EmailTaken):
            await world.services.sign_up.create(email, GOOD_PASSWORD, PHONE)


async def test_who_shares_a_mailbox_gets_a_new_password_by_mail_and_is_verified(world: World) -> None:
    spelled = await of_before(world, U_LABEL, verified=False)
    await of_before(world, A_LABEL, OTHER_PASSWORD)
    await world.services.addresses.settle()
    await world.services.recovery.ask(U_LABEL, PHONE)
    await world.services.recovery.answer_one()
    [mail] = await mails(world, U_LABEL)
    await world.services.recovery.reset(link_token(mail, "reset"), "another eleven long words", PHONE)
    assert await user_of(world, U_LABEL, "another eleven long words") == spelled
    assert await world.scalar("SELECT email_verified_at FROM users WHERE id = $1", spelled) == world.clock.now


async def test_who_proved_the_mailbox_has_its_key_before_who_did_not(world: World) -> None:
    unproven = await of_before(world, "ada@ｅxample.com", verified=False)
    proven = await of_before(world, "ada@eｘample.com", OTHER_PASSWORD)
    await world.services.addresses.settle()
    assert await world.scalar(_BY_ID, proven) == "ada@example.com"
    assert await user_of(world, "ada@example.com", OTHER_PASSWORD) == proven
    assert await user_of(world, "ada@ｅxample.com") == unproven
    assert len(await world.services.addresses.clashes()) == 1


async def test_who_shares_a_mailbox_gets_its_key_when_the_other_is_gone(world: World) -> None:
    spelled = await of_before(world, U_LABEL)
    by_key = await of_before(world, A_LABEL)
    await world.services.addresses.settle()
    async with world.database.transaction() as tx:
        await users.erase(tx, by_key)
    assert await world.services.addresses.settle() == 1
    assert await user_of(world, A_LABEL) == spelled
    assert await world.services.addresses.clashes() == ()


async def test_guesses_at_an_address_stay_counted(world: World) -> None:
    await of_before(world, U_LABEL)
    names = world.services.throttle.names
    async with world.database.connection() as connection:
        await connection.execute(
            "INSERT INTO throttle (subject, kind, failures, admitted, blocked_until, window_began_at, touched_at) "
            "VALUES ($1, 'email', 9, true, $2, $3, $3)",
            names.email(former_key(U_LABEL)),
            world.clock.now + timedelta(seconds=30),
            world.clock.now,
        )
    await world.services.addresses.settle()
    for email in (U_LABEL, A_LABEL):
        with pytest.raises(TooManyAttempts):
            await log_in(world, email)


async def test_mails_to_a_mailbox_stay_counted(world: World) -> None:
    user_id = await of_before(world, "straße@example.com")
    async with world.database.connection() as connection:
        for recipient in ("straße@example.com", "strasse@example.com"):
            await connection.execute(
                "INSERT INTO outbox (id, kind, recipient, recipient_key, user_id, sealed_letter, created_at, due_at) "
                "VALUES (gen_random_uuid(), 'new_device', $1, 'strasse@example.com', $2, '\\x00', $3, $3)",
                recipient,
                user_id,
                world.clock.now,
            )
    await world.services.addresses.settle()
    since = world.clock.now - timedelta(seconds=1)
    async with world.database.connection() as connection:
        for recipient in ("straße@example.com", "strasse@example.com"):
            assert await world.services.outbox.written_since(connection, recipient, MailKind.NEW_DEVICE, since)
    assert await world.scalar("SELECT count(DISTINCT recipient_key) FROM outbox") == 2


@pytest.mark.parametrize(
    ("given_up", "spelled_otherwise"), [("straße@example.com", "STRAẞE@example.com"), (U_LABEL, A_LABEL)]
)
async def test_an_address_that_was_given_up_stays_held(world: World, given_up: str, spelled_otherwise: str) -> None:
    user_id = await world.user()
    async with world.database.transaction() as tx:
        await users.hold_address(
            tx, user_id, "x@example.com", world.clock.now + timedelta(days=7), world.clock.now, None
        )
        await tx.execute("UPDATE held_addresses SET email_key = $1", former_key(given_up))
        await tx.execute(
            "INSERT INTO one_time_tokens (id, token_hash, purpose, user_id, email, created_at, expires_at) VALUES "
            "(gen_random_uuid(), sha256('x'), 'undo_new_email', $1, $2, $3, $3::timestamptz + interval '7 days')",
            user_id,
            given_up,
            world.clock.now,
        )
    await world.services.addresses.settle()
    with pytest.raises(EmailTaken):
        await world.services.sign_up.register(spelled_otherwise, GOOD_PASSWORD, remember=False, client=PHONE)
    await world.services.addresses.settle()
    assert await world.scalar("SELECT email_key FROM held_addresses") == email_key(given_up)
