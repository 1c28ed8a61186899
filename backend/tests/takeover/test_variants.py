"""Attacks on the ways back that cross two of them, or the time between a report and the new password."""

from datetime import timedelta
from pathlib import Path

from doorstep.eviction.policy import REMOVAL_DELAY
from tests.builders import GOOD_PASSWORD, HandClock, settings_for
from tests.letterbox import link_token
from tests.passkeys.authenticator import Authenticator
from tests.takeover.stage import ADDRESS, AUTH, ME, NEW_PASSWORD, Browser, Stage, addresses, staged

_addresses = addresses()
NOT_ME, UNDO, RESET, KEEP = "verify/#not-me=", "verify/#undo=", "reset/#", "verify/#keep="
OTHER = "nine slow otters by night"


async def taken(stage: Stage) -> tuple[str, str, Browser, Browser, str]:
    """Owner's address, thief's, laptop, intruder's browser, and the «not me» link of its log-in."""
    email, thief = next(_addresses)
    laptop = await stage.owner(email)
    await stage.later(timedelta(minutes=5))
    intruder = stage.browser()
    assert (await intruder.log_in(email)).status_code == 200
    return email, thief, laptop, intruder, await stage.link(email, NOT_ME)


async def test_owner_changes_the_address_back_and_the_thiefs_mailbox_undoes_that(stage: Stage) -> None:
    """A->B by the intruder; the owner, still signed in, moves B->A and changes the password; B holds an undo link."""
    email, thief, laptop, intruder, _ = await taken(stage)
    assert (await intruder.move(thief)).status_code == 204
    await laptop.post(f"{AUTH}/step-up", {"password": GOOD_PASSWORD})
    assert (await laptop.move(email)).status_code == 204
    body = {"current_password": GOOD_PASSWORD, "new_password": NEW_PASSWORD}
    assert laptop.entered(await laptop.post(f"{ME}/password", body)).status_code == 200
    for link in await stage.links(thief, UNDO):
        answer = await stage.browser().press("undo-email", link)
        assert answer.status_code >= 400, "the thief's mailbox takes the account over: " + answer.text
    assert await laptop.is_in()


async def test_not_me_and_reset_leave_the_undo_link_of_the_thiefs_mailbox(stage: Stage) -> None:
    """The same, but the owner comes back by «not me» and reset after the address is theirs again."""
    email, thief, _laptop, intruder, link = await taken(stage)
    assert (await intruder.move(thief)).status_code == 204
    assert (await intruder.move(email)).status_code == 204  # the owner pressed «confirm»: the account is theirs again
    told = (await stage.browser().press("not-me", link)).json()
    assert (await stage.browser().reset(told["reset_token"])).status_code == 204
    for undo in await stage.links(thief, UNDO):
        answer = await stage.browser().press("undo-email", undo)
        assert answer.status_code >= 400, "the thief's mailbox takes the account over: " + answer.text


async def test_a_passkey_added_between_not_me_and_reset(stage: Stage) -> None:
    """The password that the intruder knows goes on until the owner has thought of another one."""
    email, _, _, intruder, link = await taken(stage)
    owner = stage.browser()
    told = (await owner.press("not-me", link)).json()
    device = Authenticator()
    if (await intruder.log_in(email)).status_code == 200:
        await intruder.make_passkey(device)
    assert (await owner.reset(told["reset_token"])).status_code == 204
    assert (await stage.browser().log_in_by(device)).status_code == 401, "a passkey of others works after the reset"


async def test_an_app_turned_on_between_not_me_and_reset_in_the_same_browser(stage: Stage) -> None:
    """The browser that was just taken back counts as one «known before»: its app stays for ever."""
    email, _, laptop, intruder, link = await taken(stage)
    owner = stage.browser()
    told = (await owner.press("not-me", link)).json()
    await stage.later(timedelta(minutes=1))
    if (await intruder.log_in(email)).status_code == 200:
        await intruder.turn_app_on()
    assert (await owner.reset(told["reset_token"])).status_code == 204
    for each in await stage.links(email, NOT_ME):
        await owner.press("not-me", each)
    await stage.later(REMOVAL_DELAY)
    await stage.purge()
    assert (await laptop.log_in(email, NEW_PASSWORD)).status_code == 200, "the owner is locked out"


async def test_an_app_turned_on_at_the_intruders_second_visit(stage: Stage) -> None:
    """First visit and its mail are older than a week; every link that still lives is pressed."""
    email, _, laptop, intruder, _ = await taken(stage)
    await stage.later(timedelta(days=8))
    await intruder.log_in(email)
    await intruder.turn_app_on()
    owner = stage.browser()
    token = None
    for each in await stage.links(email, NOT_ME):
        answer = await owner.press("not-me", each)
        token = (answer.json().get("reset_token") if answer.status_code == 200 else None) or token
    assert (await owner.reset(token)).status_code == 204
    await stage.later(REMOVAL_DELAY)
    await stage.purge()
    assert (await laptop.log_in(email, NEW_PASSWORD)).status_code == 200, "the owner is locked out"


async def test_undo_of_a_change_that_was_asked_at_the_second_visit(stage: Stage) -> None:
    """The same by undo: app and address in the second visit, an hour after the first; the owner presses undo."""
    email, thief, laptop, intruder, _ = await taken(stage)
    await stage.later(timedelta(hours=1))
    await intruder.log_in(email)
    await intruder.move(thief)
    await intruder.turn_app_on()
    owner = stage.browser()
    told = (await owner.press("undo-email", await stage.link(email, UNDO))).json()
    assert (await owner.reset(told["reset_token"])).status_code == 204
    await stage.later(REMOVAL_DELAY)
    await stage.purge()
    assert (await laptop.log_in(email, NEW_PASSWORD)).status_code == 200, "the owner is locked out"


async def test_a_chain_through_a_session_in_which_nothing_was_added(stage: Stage) -> None:
    """Session 1 adds passkey 1; it opens session 2 in another browser; a later log-in there adds passkey 2."""
    email, _, _, intruder, link = await taken(stage)
    first = await intruder.add_passkey()
    other = stage.browser()
    assert (await other.log_in_by(first)).status_code == 200
    await stage.later(timedelta(minutes=5))
    assert (await other.log_in(email)).status_code == 200  # known: no mail
    second = await other.add_passkey()
    told = (await stage.browser().press("not-me", link)).json()
    assert (await stage.browser().reset(told["reset_token"])).status_code == 204
    assert (await stage.browser().log_in_by(second)).status_code == 401, "a passkey of the chain works"


async def test_a_chain_whose_middle_passkey_was_removed(stage: Stage) -> None:
    """The intruder removes passkey 1 once it has opened session 2."""
    _email, _, _, intruder, link = await taken(stage)
    first = await intruder.add_passkey()
    other = stage.browser()
    assert (await other.log_in_by(first)).status_code == 200
    await stage.later(timedelta(minutes=1))
    second = await other.add_passkey()
    listed = (await other.send("GET", "/api/v1/passkeys")).json()["passkeys"]
    assert (await other.send("DELETE", f"/api/v1/passkeys/{listed[0]['id']}")).status_code == 204
    told = (await stage.browser().press("not-me", link)).json()
    assert (await stage.browser().reset(told["reset_token"])).status_code == 204
    assert (await stage.browser().log_in_by(second)).status_code == 401, "a passkey of the chain works"


async def test_a_second_visit_in_a_browser_that_was_trusted(stage: Stage) -> None:
    """Trusting gives the browser another id: its later sessions are not found from its first."""
    email, _, _, intruder, link = await taken(stage)
    secret = await intruder.turn_app_on()
    await stage.later(timedelta(minutes=1))
    ticket = (await intruder.post(f"{AUTH}/login", {"email": email, "password": GOOD_PASSWORD})).json()["ticket"]
    step = {"ticket": ticket, "code": intruder.code(secret), "trust_browser": True}
    assert intruder.entered(await intruder.post(f"{AUTH}/login/totp", step)).status_code == 200
    device = await intruder.add_passkey()
    told = (await stage.browser().press("not-me", link)).json()
    assert (await stage.browser().reset(told["reset_token"])).status_code == 204
    assert (await stage.browser().log_in_by(device)).status_code == 401, "a passkey of the second visit works"


async def test_a_change_of_address_at_the_trusted_second_visit(stage: Stage) -> None:
    email, _thief, _, intruder, link = await taken(stage)
    secret = await intruder.turn_app_on()
    await stage.later(timedelta(minutes=1))
    ticket = (await intruder.post(f"{AUTH}/login", {"email": email, "password": GOOD_PASSWORD})).json()["ticket"]
    step = {"ticket": ticket, "code": intruder.code(secret), "trust_browser": True}
    assert intruder.entered(await intruder.post(f"{AUTH}/login/totp", step)).status_code == 200
    assert (await intruder.delete_account()).status_code == 202
    await stage.browser().press("not-me", link)
    due = await stage.scalar("SELECT deletion_due_at FROM users WHERE email = $1", email)
    assert due is None, "the deletion asked for at the second visit stays"


async def test_a_hundred_wrong_codes_then_a_reset_shut_the_owner_out_for_ever(stage: Stage) -> None:
    """The mail says «choose a new password»; that forgets the laptop, and unknown browsers are refused."""
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    secret = await laptop.turn_app_on()
    await stage.later(timedelta(minutes=1))
    await stage.scalar("UPDATE totp SET wrong_codes = 100 RETURNING 1")
    assert (await laptop.log_in(email, GOOD_PASSWORD, secret)).status_code == 200  # known: goes on
    await stage.scalar("UPDATE totp SET wrong_codes = 100 RETURNING 1")
    await stage.later(timedelta(minutes=1))
    await laptop.forgot(email)
    assert (await laptop.reset(await stage.link(email, RESET))).status_code == 204
    answer = await laptop.log_in(email, NEW_PASSWORD, secret)
    assert answer.status_code == 200, answer.text


async def test_a_stranger_uses_up_the_resets_of_a_day(stage: Stage) -> None:
    """Anybody asks for twenty mails; the owner then gets none for most of a day."""
    email, _ = next(_addresses)
    await stage.owner(email)
    for _ in range(6):
        for _ in range(5):
            assert (await stage.browser().forgot(email)).status_code == 202
            while await stage.services.recovery.answer_one():
                pass
            await stage.later(timedelta(minutes=2))
        await stage.later(timedelta(minutes=52))
    await stage.later(timedelta(hours=1))
    before = len(await stage.links(email, RESET))
    await stage.browser().forgot(email)
    assert len(await stage.links(email, RESET)) > before, "the owner who forgot the password gets no mail"


async def test_wrong_passwords_of_a_stranger_refuse_the_laptop_after_a_reset(stage: Stage) -> None:
    """Guessing elsewhere does not stop a known browser; a reset makes all unknown, the one it was done in as well."""
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    await laptop.forgot(email)
    assert (await laptop.reset(await stage.link(email, RESET))).status_code == 204
    for _ in range(8):
        await stage.browser().log_in(email, OTHER)
    answer = await laptop.log_in(email, NEW_PASSWORD)
    assert answer.status_code == 200, answer.text


async def test_deletion_asked_for_again_and_again_leaves_no_link_to_keep(stage: Stage) -> None:
    email, _, _, intruder, _ = await taken(stage)
    for _ in range(6):
        assert (await intruder.delete_account()).status_code == 202
        await intruder.log_in(email)
        await intruder.post(f"{ME}/keep")
    assert (await intruder.delete_account()).status_code == 202
    answers = [await stage.browser().press("keep", link) for link in await stage.links(email, KEEP)]
    assert 204 in [answer.status_code for answer in answers], "no mailed link keeps the account"


async def test_another_browser_of_the_intruder_stops_the_removal_before_the_reset(stage: Stage) -> None:
    """Two browsers: the app is turned on in the second, which is reported; the first stops its removal."""
    email, _ = next(_addresses)
    await stage.owner(email)
    await stage.later(timedelta(minutes=5))
    first = stage.browser()
    await first.log_in(email)
    await stage.later(timedelta(minutes=5))
    second = stage.browser()
    await second.log_in(email)
    secret = await second.turn_app_on()
    owner = stage.browser()
    (await owner.press("not-me", await stage.link(email, NOT_ME))).json()
    await stage.later(timedelta(minutes=1))
    await first.log_in(email, GOOD_PASSWORD, secret)
    stopped = await first.send("DELETE", f"{ME}/factors/totp/removal")
    assert stopped.status_code >= 400, "the intruder's other browser keeps the intruder's app"


async def test_what_a_squatter_added_before_the_address_was_proven_outlives_the_owners_reset(stage: Stage) -> None:
    """No mail told the owner of it: nothing is mailed to an address that is not verified."""
    email, _ = next(_addresses)
    squatter = stage.browser()
    await squatter.sign_up(email)
    device = await squatter.add_passkey()
    owner = stage.browser()
    assert (await owner.sign_up(email)).status_code == 409
    await owner.forgot(email)
    assert (await owner.reset(await stage.link(email, RESET))).status_code == 204
    assert (await owner.log_in(email, NEW_PASSWORD)).status_code == 200
    answer = await stage.browser().log_in_by(device)
    assert answer.status_code == 401, "the squatter is in the account of the address's owner"


async def test_the_same_with_an_app_shuts_the_owner_out(stage: Stage) -> None:
    email, _ = next(_addresses)
    squatter = stage.browser()
    await squatter.sign_up(email)
    await squatter.turn_app_on()
    owner = stage.browser()
    await owner.forgot(email)
    assert (await owner.reset(await stage.link(email, RESET))).status_code == 204
    await stage.later(REMOVAL_DELAY)
    await stage.purge()
    assert (await owner.log_in(email, NEW_PASSWORD)).status_code == 200, "the address's owner cannot get in"


async def test_private_sign_up_twice_lets_the_first_who_typed_in(dsn: str, tmp_path: Path, clock: HandClock) -> None:
    async with staged(dsn, settings_for(dsn, tmp_path, signup_disclosure="private"), clock) as stage:
        email, _ = next(_addresses)
        await stage.browser().sign_up(email, OTHER)  # the squatter
        await stage.later(timedelta(minutes=10))
        owner = stage.browser()
        assert (await owner.sign_up(email, GOOD_PASSWORD)).status_code == 202
        assert (await owner.verify(await stage.link(email, "verify/#"))).status_code == 204
        squatter = await stage.browser().log_in(email, OTHER)
        assert squatter.status_code == 401, "the squatter's password opens what the owner has just verified"


async def test_every_known_browser_is_a_new_allowance_of_codes(stage: Stage) -> None:
    """Browsers that became known before the app was turned on are counted each for itself."""
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    planted = [stage.browser() for _ in range(12)]
    for browser in planted:
        await browser.log_in(email)
    await laptop.turn_app_on()
    looked_at = 0
    for browser in planted:
        cookies = [(name, value) for name, value in browser.client.cookies.items() if "device" in name]
        for number in range(6):
            fresh = stage.browser()  # a network of its own
            for name, value in cookies:
                fresh.client.cookies.set(name, value)
            answer = await fresh.post(f"{AUTH}/login", {"email": email, "password": GOOD_PASSWORD})
            if "ticket" in answer.json():
                step = {"ticket": answer.json()["ticket"], "code": f"{number:06}"}
                told = await fresh.post(f"{AUTH}/login/totp", step)
                looked_at += told.json().get("code") == "wrong_factor_code"
    assert looked_at <= 10, f"{looked_at} guesses in one moment"


async def test_exports_are_not_bounded_where_no_mail_is_written(stage: Stage) -> None:
    email, _ = next(_addresses)
    browser = stage.browser()
    await browser.sign_up(email)
    answers = [(await browser.send("GET", f"{ME}/export")).status_code for _ in range(8)]
    assert 429 in answers, answers


async def test_the_trail_names_the_session_of_what_succeeded(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    await laptop.send("GET", f"{ME}/export")
    await laptop.delete_account()
    await laptop.log_in(email)
    await laptop.post(f"{ME}/keep")
    async with stage.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT kind FROM audit_events WHERE session_id IS NULL AND outcome = 'success'"
            " AND kind IN ('data_exported', 'deletion_asked', 'account_kept')"
        )
    assert [row["kind"] for row in rows] == []


async def test_refused_tries_to_stop_or_speed_a_removal_are_in_the_trail(stage: Stage) -> None:
    email, _, _, intruder, link = await taken(stage)
    await intruder.turn_app_on()
    owner = stage.browser()
    await owner.press("not-me", link)
    await stage.later(timedelta(minutes=1))
    await owner.forgot(email)
    await owner.reset(await stage.link(email, RESET))
    answer = await intruder.post(f"{AUTH}/login", {"email": email, "password": NEW_PASSWORD})
    ticket = answer.json()["ticket"]
    before = await stage.scalar("SELECT count(*) FROM audit_events")
    assert (await intruder.post(f"{AUTH}/login/remove-authenticator", {"ticket": ticket})).status_code in {401, 403}
    assert await stage.scalar("SELECT count(*) FROM audit_events") > before  # type: ignore[operator]


async def test_the_mail_says_what_was_taken_back_and_nothing_else(stage: Stage) -> None:
    """No change of address was under way."""
    _email, _, _, _, link = await taken(stage)
    answer = (await stage.browser().press("not-me", link)).json()
    assert "pending_email" not in answer["taken_back"]


async def test_an_older_link_does_not_say_that_the_user_is_signed_out_everywhere(stage: Stage) -> None:
    email, _, laptop, _intruder, link = await taken(stage)
    await stage.scalar("UPDATE users SET token_floor = credential_version + 1 RETURNING 1")
    await stage.browser().press("not-me", link)
    assert await laptop.is_in()
    assert not any("logged out everywhere" in mail for mail in await stage.mails(email) if mail.startswith("What we"))


async def test_the_route_that_goes_by_the_device_cookie_asks_for_the_origin(stage: Stage) -> None:
    client = stage.browser().client
    del client.headers["Origin"], client.headers["Sec-Fetch-Site"]
    head = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answer = await client.post(f"{AUTH}/login/remove-authenticator", json={"ticket": "x"}, headers=head)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin")


async def test_a_stocked_summary_link_puts_the_address_back_after_the_owner_has_moved(stage: Stage) -> None:
    """Its moment is old; the owner moves in a browser that was known long before it."""
    email, other = next(_addresses)
    laptop = await stage.owner(email)
    for number in range(8):
        await laptop.save_profile("", ADDRESS if number % 2 else None)
        await stage.browser().log_in(email)
    (summary,) = [mail for mail in await stage.mails(email) if mail.startswith("More is happening")]
    link = link_token(summary, "verify", "not-me")
    await stage.later(timedelta(days=2))
    await laptop.log_in(email)
    assert (await laptop.move(other)).status_code == 204
    answer = await stage.browser().press("not-me", link)
    assert answer.status_code == 410, "a stocked link of the mailbox that was left begins a reset: " + answer.text


async def test_app_and_passkey_of_the_first_visit_address_changed_at_the_second_then_undo(stage: Stage) -> None:
    """More than an hour between the two; the browser is new to the account, the session that moved is not its first."""
    email, thief, laptop, intruder, _ = await taken(stage)
    secret = await intruder.turn_app_on()
    device = await intruder.add_passkey()
    await stage.later(timedelta(hours=2))
    await intruder.log_in(email, GOOD_PASSWORD, secret)
    assert (await intruder.move(thief)).status_code == 204
    owner = stage.browser()
    told = (await owner.press("undo-email", await stage.link(email, UNDO))).json()
    assert (await owner.reset(told["reset_token"])).status_code == 204
    await stage.later(REMOVAL_DELAY)
    await stage.purge()
    found = (
        (await laptop.log_in(email, NEW_PASSWORD)).status_code,
        (await stage.browser().log_in_by(device)).status_code,
    )
    assert found == (200, 401)


async def test_a_passkey_added_between_undo_and_reset(stage: Stage) -> None:
    email, thief, _, intruder, _ = await taken(stage)
    await intruder.move(thief)
    told = (await stage.browser().press("undo-email", await stage.link(email, UNDO))).json()
    device = Authenticator()
    if (await intruder.log_in(email)).status_code == 200:
        await intruder.make_passkey(device)
    assert (await stage.browser().reset(told["reset_token"])).status_code == 204
    assert (await stage.browser().log_in_by(device)).status_code == 401, "a passkey of others works after the reset"


async def test_a_deletion_asked_between_not_me_and_reset_takes_the_reset_away(stage: Stage) -> None:
    email, _, laptop, intruder, link = await taken(stage)
    told = (await laptop.press("not-me", link)).json()
    if (await intruder.log_in(email)).status_code == 200:
        await intruder.delete_account()
    assert (await laptop.reset(told["reset_token"])).status_code == 204
    assert await stage.scalar("SELECT deletion_due_at FROM users WHERE email = $1", email) is None


async def test_another_password_between_not_me_and_reset_takes_the_reset_away(stage: Stage) -> None:
    email, _, laptop, intruder, link = await taken(stage)
    told = (await laptop.press("not-me", link)).json()
    if (await intruder.log_in(email)).status_code == 200:
        await intruder.post(f"{ME}/password", {"current_password": GOOD_PASSWORD, "new_password": OTHER})
    assert (await laptop.reset(told["reset_token"])).status_code == 204


async def test_undo_leaves_a_deletion_of_the_visit_before(stage: Stage) -> None:
    email, thief, _, intruder, _ = await taken(stage)
    await intruder.delete_account()
    await stage.later(timedelta(hours=2))
    await intruder.log_in(email)
    assert (await intruder.move(thief)).status_code == 204
    await stage.browser().press("undo-email", await stage.link(email, UNDO))
    assert await stage.scalar("SELECT deletion_due_at FROM users WHERE email = $1", email) is None


async def test_the_hours_resets_used_up_then_another_password(stage: Stage) -> None:
    """«Not me» gives no new password after the intruder's, and the five mails of the hour are gone and void."""
    email, _, _, intruder, link = await taken(stage)
    for _ in range(5):
        await intruder.forgot(email)
        while await stage.services.recovery.answer_one():
            pass
        await stage.later(timedelta(minutes=1, seconds=1))
    await intruder.refresh()
    body = {"current_password": GOOD_PASSWORD, "new_password": OTHER}
    assert (await intruder.post(f"{ME}/password", body)).status_code == 200
    before = len(await stage.links(email, RESET))
    owner = stage.browser()
    told = (await owner.press("not-me", link)).json()
    await owner.forgot(email)
    assert told["reset_token"] or len(await stage.links(email, RESET)) > before, "no new password for an hour"


async def test_the_squatters_passkey_after_the_owner_pressed_the_verification(stage: Stage) -> None:
    """Verified by the link, then another password by a reset: no mail ever told of the passkey."""
    email, _ = next(_addresses)
    squatter = stage.browser()
    await squatter.sign_up(email)
    device = await squatter.add_passkey()
    owner = stage.browser()
    assert (await owner.verify(await stage.link(email, "verify/#"))).status_code == 204
    await stage.later(timedelta(minutes=2))
    await owner.forgot(email)
    assert (await owner.reset(await stage.link(email, RESET))).status_code == 204
    told = await stage.mails(email)
    works = (await stage.browser().log_in_by(device)).status_code == 200
    assert not works or any("passkey" in mail for mail in told), "a passkey works that no mail told of"


async def test_fifty_mails_that_wait_displace_every_alarm(stage: Stage) -> None:
    """The mail server was away for some hours (or is slow): then app and deletion are told by nothing at all."""
    email, _ = next(_addresses)
    await stage.owner(email)
    await stage.mails(email)
    intruder = stage.browser()
    for hour in range(5):
        for number in range(12):
            await intruder.log_in(email)
            await stage.browser().log_in(email)
            await intruder.save_profile("", ADDRESS | {"line1": f"{hour} {number}"})
            await intruder.add_passkey()
            held = (await intruder.send("GET", "/api/v1/passkeys")).json()["passkeys"]
            await intruder.send("DELETE", f"/api/v1/passkeys/{held[0]['id']}")
        await stage.later(timedelta(minutes=61))
    await intruder.log_in(email)
    await intruder.turn_app_on()
    await intruder.delete_account()
    kinds = await stage.scalar("SELECT array_agg(DISTINCT kind) FROM outbox")
    assert isinstance(kinds, list)
    assert {"two_step_on", "deletion_asked"} <= set(kinds)


async def test_an_app_that_the_old_build_turned_on(stage: Stage) -> None:
    """Its row has no session: it was turned on in the reported session, two minutes ago."""
    _email, _, _, intruder, link = await taken(stage)
    await intruder.turn_app_on()
    await stage.scalar("UPDATE totp SET confirmed_in = NULL RETURNING 1")
    told = (await stage.browser().press("not-me", link)).json()
    assert told["authenticator_removal_at"] is not None, "the owner is locked out"


async def test_a_deletion_that_the_old_build_noted(stage: Stage) -> None:
    """As the migration writes it; the old mail has no link to keep the account."""
    email, _, _, intruder, link = await taken(stage)
    await intruder.delete_account()
    await stage.scalar("UPDATE users SET deletion_asked_in = NULL WHERE email = $1 RETURNING 1", email)
    told = (await stage.browser().press("not-me", link)).json()
    assert "deletion" in told["taken_back"]
