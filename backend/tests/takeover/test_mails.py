"""Mails: bounded for each mailbox, never with what another typed, and what somebody waits for goes first."""

import inspect
from datetime import timedelta

import pytest

from doorstep.mail import letters, policy
from doorstep.mail.models import Mailbox, MailKind, Priority
from doorstep.mail.queries import take_due
from tests.letterbox import link_token
from tests.takeover.stage import ADDRESS, ME, Browser, Stage, addresses

_addresses = addresses()
BAIT = "Refund waiting: evil.example/claim code 11"
BAIT_ADDRESS = "Your.account.is.locked.Go-to-www.evil.example/unlock@evil.example"


async def subjects(stage: Stage, email: str) -> list[str]:
    return [mail.splitlines()[0].partition(" · ")[0] for mail in await stage.mails(email)]


async def noisy(stage: Stage, browser: Browser, email: str) -> None:
    """All that causes a mail, many times."""
    for _ in range(12):
        await stage.browser().log_in(email)
        await browser.add_passkey(BAIT)
        (held, *_others) = (await browser.send("GET", "/api/v1/passkeys")).json()["passkeys"]
        await browser.send("DELETE", f"/api/v1/passkeys/{held['id']}")
        await browser.save_profile("", ADDRESS if _ % 2 else None)
        await browser.ask_new_email(BAIT_ADDRESS)
        await browser.delete_account()
        await browser.log_in(email)
        await browser.post(f"{ME}/keep")


@pytest.mark.asvs("v5.0.0-2.4.1")
async def test_a_stranger_whose_address_was_typed_gets_only_the_mails_that_verify_it(stage: Stage) -> None:
    email, _ = next(_addresses)
    squatter = stage.browser()
    await squatter.sign_up(email)
    await noisy(stage, squatter, email)
    for _ in range(12):
        await squatter.post(f"{ME}/email/verification")
        await squatter.forgot(email)
        await stage.later(timedelta(minutes=2))
    told = await subjects(stage, email)
    assert {subject.split(" ", 1)[1] if subject[0].isdigit() else subject for subject in told} == {
        "is your code",
        "Choose a new password",
    }
    assert len(told) <= 2 * policy.MOST_AN_HOUR


async def test_noise_in_an_account_ends_in_one_summary_an_hour(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    before = len(await subjects(stage, email))
    await noisy(stage, laptop, email)
    told = (await subjects(stage, email))[before:]
    assert told.count("More is happening in your account") == 1
    assert max(told.count(subject) for subject in told) <= policy.MOST_AN_HOUR
    assert len(told) <= policy.MOST_TOGETHER + len(set(told))
    await stage.later(timedelta(hours=1))
    await laptop.log_in(email)
    await noisy(stage, laptop, email)
    assert (await subjects(stage, email)).count("More is happening in your account") == 2


async def test_the_link_of_the_summary_takes_back_what_was_added_since(stage: Stage) -> None:
    email, _ = next(_addresses)
    await stage.owner(email)
    intruder = stage.browser()
    await intruder.log_in(email)
    for _ in range(policy.MOST_AN_HOUR):
        await intruder.add_passkey()
    hidden = await intruder.add_passkey()
    (summary,) = [mail for mail in await stage.mails(email) if mail.startswith("More is happening")]
    assert (await stage.browser().press("not-me", link_token(summary, "verify", "not-me"))).status_code == 200
    assert (await stage.browser().log_in_by(hidden)).status_code == 401


async def test_an_alarm_is_told_however_much_noise_there_was(stage: Stage) -> None:
    email, thief_email = next(_addresses)
    laptop = await stage.owner(email)
    for number in range(12):
        await stage.browser().log_in(email)
        await laptop.save_profile("", None if number % 2 else ADDRESS)
        await laptop.add_passkey()
    assert len(await subjects(stage, email)) > policy.MOST_TOGETHER
    await laptop.turn_app_on()
    assert "Two-step log-in is on" in await subjects(stage, email)
    await laptop.move(thief_email)
    assert "Your e-mail address was changed" in await subjects(stage, email)


async def test_no_mail_has_a_text_that_somebody_typed(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    await noisy(stage, laptop, email)
    for mail in await stage.mails(email):
        for bait in ("evil", "Refund", "claim", "Mallory", "unlock@"):
            assert bait not in mail


def test_every_letter_is_made_of_facts_of_ours() -> None:
    """What a letter takes is a code, a link, a count, or what we computed; never a name or an address."""
    taken = {
        name
        for _, letter in inspect.getmembers(letters, inspect.isfunction)
        for name in inspect.signature(letter).parameters
    }
    assert taken == {
        "code", "link", "minutes", "where", "when", "kept_in", "days", "device", "left", "most", "until", "lines",
        "notes",
    }  # fmt: skip


def test_every_kind_has_its_priority() -> None:
    assert {policy.priority(kind) for kind in MailKind} == set(Priority)
    assert policy.priority(MailKind.RESET_PASSWORD) is Priority.AWAITED
    assert policy.priority(MailKind.EMAIL_CHANGED) is Priority.SECURITY


@pytest.mark.parametrize(
    ("mailbox", "kind", "room"),
    [
        (Mailbox(0, 0, 0, 0), MailKind.NEW_DEVICE, True),
        (Mailbox(0, 0, 99, 0), MailKind.NEW_DEVICE, True),
        (Mailbox(1, 1, 14, 0), MailKind.NEW_DEVICE, True),
        (Mailbox(1, 1, 15, 0), MailKind.NEW_DEVICE, False),
        (Mailbox(5, 5, 5, 0), MailKind.NEW_DEVICE, False),
        (Mailbox(0, 0, 0, 50), MailKind.NEW_DEVICE, True),
        (Mailbox(1, 1, 1, 50), MailKind.NEW_DEVICE, False),
        (Mailbox(0, 0, 0, 50), MailKind.RESET_PASSWORD, True),
        (Mailbox(4, 19, 99, 0), MailKind.RESET_PASSWORD, True),
        (Mailbox(5, 5, 0, 0), MailKind.RESET_PASSWORD, False),
        (Mailbox(0, 20, 0, 0), MailKind.RESET_PASSWORD, False),
        (Mailbox(0, 0, 99, 0), MailKind.ACTIVITY_SUMMARY, True),
        (Mailbox(1, 1, 99, 0), MailKind.ACTIVITY_SUMMARY, False),
    ],
)
def test_a_mailbox_has_room_up_to_its_bounds(mailbox: Mailbox, kind: MailKind, room: bool) -> None:
    assert policy.has_room(mailbox, kind) is room


def test_a_stranger_does_not_use_up_the_resets_of_a_day() -> None:
    full = Mailbox(0, policy.MOST_A_DAY, 0, 0)
    assert policy.has_room(full, MailKind.RESET_PASSWORD, is_verified=True)
    assert not policy.has_room(full, MailKind.RESET_PASSWORD)


async def test_the_bounds_go_by_the_mailbox_and_not_by_how_it_is_written(stage: Stage) -> None:
    email, _ = next(_addresses)
    for number in range(policy.MOST_AN_HOUR + 3):
        asker = await stage.owner(f"asker{number}.{email}")
        await asker.ask_new_email("Victim@Example.org" if number % 2 else "victim@example.ORG")
    spelled = [*await stage.mails("Victim@Example.org"), *await stage.mails("victim@example.ORG")]
    assert len(spelled) == policy.MOST_AN_HOUR


async def test_what_somebody_waits_for_goes_before_news_and_users_take_turns(stage: Stage) -> None:
    stranger_email, email = next(_addresses)
    await stage.owner(stranger_email)
    await stage.owner(email)
    await stage.mails(email)
    await stage.later(timedelta(hours=2))
    for _ in range(12):
        await stage.browser().log_in(stranger_email)
    await stage.browser().log_in(email)
    await stage.browser().forgot(email)
    await stage.services.recovery.answer_one()
    async with stage.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT recipient, kind FROM outbox WHERE sent_at IS NULL ORDER BY priority, turn_at"
        )
    order = [(row["recipient"], row["kind"]) for row in rows]
    assert order[0] == (email, "reset_password")
    assert order.index((email, "new_device")) <= 2


async def test_an_intruder_does_not_use_up_what_the_owner_may_change(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    intruder = stage.browser()
    await intruder.log_in(email)
    for number in range(12):
        await intruder.save_profile("", ADDRESS | {"line1": f"{number} Elsewhere"})
        await intruder.ask_new_email(f"n{number}@example.org")
        await intruder.send("GET", f"{ME}/export")
    assert (await laptop.save_profile("", None)).status_code == 200
    assert (await laptop.save_profile("", ADDRESS)).status_code == 200
    assert (await laptop.ask_new_email("mine@example.org")).status_code == 202
    assert (await laptop.send("GET", f"{ME}/export")).status_code == 200


async def test_resets_leave_before_news_that_waited_longer(stage: Stage) -> None:
    email, other = next(_addresses)
    await stage.owner(email)
    await stage.owner(other)
    await stage.mails(email)
    for _ in range(5):
        await stage.browser().log_in(other)
    await stage.later(timedelta(minutes=1))
    await stage.browser().forgot(email)
    await stage.services.recovery.answer_one()
    async with stage.database.connection() as connection:
        now = stage.clock.now
        [taken] = await take_due(connection, now, now + policy.LEASE, 1, now + policy.LATEST_TURN)
    assert taken.kind == "reset_password"
