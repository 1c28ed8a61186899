"""Mailed links: bound to the address, voided by what makes them moot, from one table of purposes."""

from datetime import timedelta

import pytest

from doorstep.one_time_tokens.models import Purpose
from doorstep.one_time_tokens.policy import RULES
from tests.builders import GOOD_PASSWORD
from tests.letterbox import link_token
from tests.takeover.stage import ADDRESS, AUTH, ME, NEW_PASSWORD, Stage, addresses

_addresses = addresses()
OWN_PASSWORD = "four patient storks at noon"
NOT_ME, UNDO, RESET = "verify/#not-me=", "verify/#undo=", "reset/#"


def test_every_purpose_has_its_rule() -> None:
    assert set(RULES) == set(Purpose)
    assert all(rule.life > timedelta(0) and rule.audience and rule.does for rule in RULES.values())
    unbound = {purpose for purpose, rule in RULES.items() if not rule.bound}
    assert unbound == {Purpose.UNDO_NEW_EMAIL, Purpose.CONFIRM_NEW_EMAIL}


@pytest.mark.asvs("v5.0.0-6.4.3")
async def test_after_undo_and_reset_no_link_of_the_thiefs_mailbox_opens_anything(stage: Stage) -> None:
    owner_email, thief_email = next(_addresses)
    await stage.owner(owner_email)
    intruder = stage.browser()
    await intruder.log_in(owner_email)
    await intruder.move(thief_email)
    await intruder.save_profile("", ADDRESS)
    await intruder.log_in(thief_email)
    await intruder.forgot(thief_email)
    links = await stage.links(thief_email, NOT_ME)
    resets = await stage.links(thief_email, RESET)
    assert links
    assert resets
    owner = stage.browser()
    back = (await owner.press("undo-email", await stage.link(owner_email, UNDO))).json()
    assert back["address"] == owner_email
    assert (await owner.reset(back["reset_token"])).status_code == 204
    assert (await owner.log_in(owner_email, NEW_PASSWORD)).status_code == 200
    for link in links:
        answer = await stage.browser().press("not-me", link)
        assert (answer.status_code, answer.json()["code"]) == (410, "token_outgrown")
    for link in resets:
        assert (await stage.browser().reset(link)).status_code in {400, 410}
    assert await owner.is_in()


@pytest.mark.parametrize("way", ["password", "reset", "address"])
async def test_an_old_link_of_the_owners_mailbox_opens_no_account(stage: Stage, way: str) -> None:
    email, other = next(_addresses)
    laptop = await stage.owner(email)
    await stage.browser().log_in(email)
    link = await stage.link(email, NOT_ME)
    if way == "password":
        await laptop.post(f"{ME}/password", {"current_password": GOOD_PASSWORD, "new_password": NEW_PASSWORD})
    elif way == "reset":
        await laptop.forgot(email)
        await laptop.reset(await stage.link(email, RESET))
        await laptop.log_in(email, NEW_PASSWORD)
    else:
        assert (await laptop.move(other)).status_code == 204
    answer = await stage.browser().press("not-me", link)
    if way == "address":
        assert (answer.status_code, answer.json()["code"]) == (410, "token_outgrown")
    else:
        assert (answer.status_code, answer.json()["reset_token"]) == (200, None)
    assert await laptop.is_in()


async def test_not_me_after_a_change_of_address_made_there_puts_the_address_back(stage: Stage) -> None:
    owner_email, thief_email = next(_addresses)
    await stage.owner(owner_email)
    intruder = stage.browser()
    await intruder.log_in(owner_email)
    link = await stage.link(owner_email, NOT_ME)
    await intruder.move(thief_email)
    owner = stage.browser()
    answer = (await owner.press("not-me", link)).json()
    assert answer["address"] == owner_email
    assert "email" in answer["taken_back"]
    assert (await owner.reset(answer["reset_token"])).status_code == 204
    assert (await owner.log_in(owner_email, NEW_PASSWORD)).status_code == 200
    before = len(await stage.links(thief_email, RESET))
    await stage.browser().forgot(thief_email)
    assert len(await stage.links(thief_email, RESET)) == before


async def test_not_me_also_undoes_an_address_that_was_changed_later_in_another_new_browser(stage: Stage) -> None:
    owner_email, thief_email = next(_addresses)
    await stage.owner(owner_email)
    await stage.browser().log_in(owner_email)
    link = await stage.link(owner_email, NOT_ME)
    await stage.later(timedelta(minutes=5))
    second = stage.browser()
    await second.log_in(owner_email)
    await second.move(thief_email)
    answer = await stage.browser().press("not-me", link)
    assert answer.status_code == 200
    assert answer.json()["address"] == owner_email


async def test_an_account_is_kept_from_the_mailbox_and_nothing_else_happens(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    await laptop.delete_account()
    link = await stage.link(email, "verify/#keep=")
    stranger = stage.browser()
    kept = await stranger.press("keep", link)
    assert (kept.status_code, kept.content) == (204, b"")
    assert await stage.scalar("SELECT deletion_due_at FROM users WHERE email = $1", email) is None
    assert not await stranger.is_in()
    again = await stranger.press("keep", link)
    assert (again.status_code, again.json()["code"]) == (410, "token_used")
    for other in ("not-me", "undo-email", "unlock", "verify-email", "confirm-email"):
        assert (await stranger.press(other, link)).status_code == 400


async def test_a_link_to_keep_is_good_for_a_later_deletion_too(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    await laptop.delete_account()
    link = await stage.link(email, "verify/#keep=")
    await laptop.log_in(email)
    assert (await laptop.post(f"{ME}/keep")).status_code == 204
    assert (await laptop.delete_account()).status_code == 202
    assert (await stage.browser().press("keep", link)).status_code == 204


async def test_an_address_that_nobody_proved_is_not_held_against_its_owner(stage: Stage) -> None:
    owner_email, squatter_email = next(_addresses)
    squatter = stage.browser()
    await squatter.sign_up(owner_email)
    await stage.mails(owner_email)
    assert (await squatter.move(squatter_email)).status_code == 204
    assert not await stage.links(owner_email, UNDO)
    assert (await stage.browser().sign_up(owner_email)).status_code == 201


async def test_one_mail_lists_what_was_taken_back(stage: Stage) -> None:
    email, _ = next(_addresses)
    await stage.owner(email)
    intruder = stage.browser()
    await intruder.log_in(email)
    link = await stage.link(email, NOT_ME)
    await intruder.add_passkey("Refund: evil.example")
    await intruder.save_profile("Mallory", ADDRESS)
    await intruder.turn_app_on()
    await intruder.delete_account()
    answer = (await stage.browser().press("not-me", link)).json()
    assert answer["taken_back"] == [
        "sessions", "passkeys", "recovery_codes", "deletion", "known_browsers", "shipping_address", "name",
    ]  # fmt: skip
    assert answer["authenticator_removal_at"] is not None
    told = [mail for mail in await stage.mails(email) if mail.startswith("What we took back")]
    assert len(told) == 1
    for words in ("passkeys", "shipping address", "name", "not deleted", "authenticator app", "logged out"):
        assert words in told[0]


async def test_each_refused_link_says_what_to_do_next(stage: Stage) -> None:
    email, _ = next(_addresses)
    await stage.owner(email)
    await stage.browser().log_in(email)
    link = await stage.link(email, NOT_ME)
    await stage.later(RULES[Purpose.NOT_ME].life)
    expired = await stage.browser().press("not-me", link)
    assert (expired.status_code, expired.json()["code"]) == (410, "token_expired")
    unknown = await stage.browser().post(f"{AUTH}/not-me", {"token": "A" * 43})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "token_unknown")
    assert "Ask for a new one" in unknown.json()["title"]


async def test_a_second_move_of_the_intruder_cannot_be_undone_from_the_mailbox_between(stage: Stage) -> None:
    owner_email, thief_email = next(_addresses)
    await stage.owner(owner_email)
    intruder = stage.browser()
    await intruder.log_in(owner_email)
    link = await stage.link(owner_email, NOT_ME)
    await intruder.move(thief_email)
    await intruder.move(f"second.{thief_email}")
    undo = await stage.link(thief_email, UNDO)
    assert (await stage.browser().press("not-me", link)).json()["address"] == owner_email
    assert (await stage.browser().press("undo-email", undo)).status_code == 400
    assert await stage.scalar("SELECT count(*) FROM users WHERE email = $1", owner_email) == 1


async def test_not_me_alone_ends_a_change_of_address_that_is_under_way(stage: Stage) -> None:
    owner_email, thief_email = next(_addresses)
    await stage.owner(owner_email)
    intruder = stage.browser()
    await intruder.log_in(owner_email)
    await intruder.ask_new_email(thief_email)
    change = await stage.link(thief_email, "verify/#change=")
    assert (await stage.browser().press("not-me", (await stage.links(owner_email, NOT_ME))[0])).status_code == 200
    assert (await stage.browser().press("confirm-email", change)).status_code == 400


async def test_a_link_to_keep_the_account_is_outgrown_with_its_address(stage: Stage) -> None:
    email, other = next(_addresses)
    laptop = await stage.owner(email)
    await laptop.delete_account()
    link = await stage.link(email, "verify/#keep=")
    await laptop.log_in(email)
    assert (await laptop.move(other)).status_code == 204
    answer = await stage.browser().press("keep", link)
    assert (answer.status_code, answer.json()["code"]) == (410, "token_outgrown")


async def _go_back_by_not_me(stage: Stage, mailbox: str) -> None:
    """The thief presses the newest «not me» of their mailbox, and chooses a password."""
    told = (await stage.browser().press("not-me", await stage.link(mailbox, NOT_ME))).json()
    assert (await stage.browser().reset(told["reset_token"], "another of the thief's nine")).status_code == 204


async def _undo_and_come_back(stage: Stage, email: str) -> None:
    owner = stage.browser()
    answer = await owner.press("undo-email", await stage.link(email, UNDO))
    assert answer.status_code == 200, "the thief voided the owner's way back: " + answer.text
    assert (await owner.reset(answer.json()["reset_token"])).status_code == 204
    assert (await owner.log_in(email, NEW_PASSWORD)).status_code == 200


async def test_no_link_of_a_later_mailbox_voids_the_undo_of_the_first(stage: Stage) -> None:
    """The intruder moves the account twice at one moment, reads the first of these mailboxes, and goes back there."""
    email, thief = next(_addresses)
    await stage.owner(email)
    await stage.later(timedelta(hours=1))
    intruder = stage.browser()
    assert (await intruder.log_in(email)).status_code == 200
    assert (await intruder.move(thief)).status_code == 204
    assert (await intruder.move(f"second.{thief}")).status_code == 204
    await _go_back_by_not_me(stage, thief)
    await _undo_and_come_back(stage, email)
    for link in await stage.links(thief, UNDO):
        assert (await stage.browser().press("undo-email", link)).status_code >= 400


async def test_not_me_from_the_new_mailbox_leaves_the_undo_of_the_old_one(stage: Stage) -> None:
    """The reported session began before the address was changed in it."""
    email, thief = next(_addresses)
    await stage.owner(email)
    await stage.later(timedelta(hours=1))
    intruder = stage.browser()
    assert (await intruder.log_in(email)).status_code == 200
    await stage.later(timedelta(minutes=1))
    assert (await intruder.move(thief)).status_code == 204
    await stage.later(timedelta(minutes=1))
    await intruder.add_passkey()
    await _go_back_by_not_me(stage, thief)
    await _undo_and_come_back(stage, email)


@pytest.mark.asvs("v5.0.0-6.3.7", "v5.0.0-7.4.3")
@pytest.mark.parametrize("act", ["changed", "removed"])
async def test_the_mail_about_a_password_that_somebody_else_took_gives_the_account_back(stage: Stage, act: str) -> None:
    """Every link of before it is weak: this one takes back what was added in that session, and gives a password."""
    email, _ = next(_addresses)
    await stage.owner(email)
    intruder = stage.browser()
    await intruder.log_in(email)
    before = await stage.link(email, NOT_ME)
    device = await intruder.add_passkey()
    if act == "changed":
        body = {"current_password": GOOD_PASSWORD, "new_password": NEW_PASSWORD}
        assert (await intruder.post(f"{ME}/password", body)).status_code == 200
    else:
        await intruder.add_passkey()
        assert (await intruder.send("DELETE", f"{ME}/password")).status_code == 204
    [told] = [mail for mail in await stage.mails(email) if f"Your password was {act}" in mail]
    link = link_token(told, "verify", "not-me")
    assert link != before
    owner = stage.browser()
    weak = await owner.press("not-me", before)
    assert weak.json()["reset_token"] is None, "the password is another one since"
    answer = await owner.press("not-me", link)
    assert answer.status_code == 200, answer.text
    assert not await intruder.is_in()
    assert (await intruder.log_in(email, NEW_PASSWORD)).status_code == 401
    assert (await stage.browser().log_in_by(device)).status_code == 401
    assert (await owner.reset(answer.json()["reset_token"], OWN_PASSWORD)).status_code == 204
    assert (await owner.log_in(email, OWN_PASSWORD)).status_code == 200


async def test_the_mail_about_a_password_that_was_reset_leads_to_another_reset(stage: Stage) -> None:
    email, _ = next(_addresses)
    await stage.owner(email)
    await stage.browser().forgot(email)
    assert (await stage.browser().reset(await stage.link(email, RESET))).status_code == 204
    [told] = [mail for mail in await stage.mails(email) if "Your password was set" in mail]
    assert "/forgot/" in told
    assert "#" not in told, "nobody was signed in"
