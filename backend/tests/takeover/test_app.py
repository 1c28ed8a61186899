"""The authenticator app at the ways back: announced, stopped, sped up, and never passed by the mailbox alone."""

from datetime import timedelta

import pytest

from doorstep.eviction.policy import LONG_KNOWN, REMOVAL_DELAY, REMOVAL_WITHIN
from tests.builders import GOOD_PASSWORD
from tests.takeover.stage import ADDRESS, AUTH, ME, NEW_PASSWORD, Browser, Stage, addresses

_addresses = addresses()
NOT_ME = "verify/#not-me="
REMOVAL = f"{ME}/factors/totp/removal"


async def come_back(stage: Stage, link: str) -> dict[str, object]:
    """«Not me», and another password; what was answered to the former."""
    owner = stage.browser()
    answer = await owner.press("not-me", link)
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    await owner.reset(str(told["reset_token"]))
    return told


async def locked_out(stage: Stage) -> tuple[str, Browser, Browser, str, str]:
    """An intruder has turned an app on: the address, laptop, intruder, the app's secret, and the owner's link."""
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    intruder = stage.browser()
    await intruder.log_in(email)
    secret = await intruder.turn_app_on()
    return email, laptop, intruder, secret, (await stage.links(email, NOT_ME))[0]


async def is_asked_for(stage: Stage, email: str, password: str) -> bool:
    answer = await stage.browser().post(f"{AUTH}/login", {"email": email, "password": password})
    return answer.status_code == 401 and answer.json()["code"] == "second_factor_required"


async def test_it_comes_off_a_day_after_the_report_and_not_before(stage: Stage) -> None:
    email, _, _, _, link = await locked_out(stage)
    told = await come_back(stage, link)
    assert told["authenticator_removal_at"] == f"{stage.clock.now + REMOVAL_DELAY:%Y-%m-%dT%H:%M:%SZ}"
    await stage.later(REMOVAL_DELAY - timedelta(seconds=1))
    await stage.purge()
    assert await is_asked_for(stage, email, NEW_PASSWORD)
    await stage.later(timedelta(seconds=1))
    await stage.purge()
    assert (await stage.browser().log_in(email, NEW_PASSWORD)).status_code == 200
    assert any(mail.startswith("The authenticator app was removed") for mail in await stage.mails(email))


async def test_one_that_was_turned_on_long_ago_stays(stage: Stage) -> None:
    email, _, _, _, link = await locked_out(stage)
    await stage.later(REMOVAL_WITHIN)
    assert (await come_back(stage, link))["authenticator_removal_at"] is None
    await stage.later(REMOVAL_DELAY)
    await stage.purge()
    assert await is_asked_for(stage, email, NEW_PASSWORD)


async def test_a_new_browser_cannot_keep_the_app(stage: Stage) -> None:
    email, _, intruder, secret, link = await locked_out(stage)
    await come_back(stage, link)
    await stage.later(timedelta(minutes=1))
    assert (await intruder.log_in(email, NEW_PASSWORD, secret)).status_code == 200
    answer = await intruder.send("DELETE", REMOVAL)
    assert (answer.status_code, answer.json()["code"]) == (403, "removal_not_yours")


async def test_a_browser_known_before_keeps_it(stage: Stage) -> None:
    email, laptop, _, secret, link = await locked_out(stage)
    await come_back(stage, link)
    await stage.later(timedelta(minutes=1))
    assert (await laptop.log_in(email, NEW_PASSWORD, secret)).status_code == 200
    shown = (await laptop.send("GET", f"{ME}/factors")).json()
    assert shown["removal_due_at"] is not None
    assert (await laptop.send("DELETE", REMOVAL)).status_code == 204
    await stage.later(REMOVAL_DELAY)
    await stage.purge()
    assert await is_asked_for(stage, email, NEW_PASSWORD)
    assert (await laptop.send("DELETE", REMOVAL)).status_code in {401, 409}


async def test_an_older_passkey_keeps_it_from_any_browser(stage: Stage) -> None:
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    device = await laptop.add_passkey()
    await stage.later(timedelta(minutes=1))
    intruder = stage.browser()
    await intruder.log_in(email)
    await intruder.turn_app_on()
    link = (await stage.links(email, NOT_ME))[-2]
    await come_back(stage, link)
    anywhere = stage.browser()
    assert (await anywhere.log_in_by(device)).status_code == 200
    assert (await anywhere.send("DELETE", REMOVAL)).status_code == 204


@pytest.mark.asvs("v5.0.0-6.4.4", "v5.0.0-6.5.7")
async def test_the_mailbox_alone_never_passes_an_app_that_its_user_turned_on(stage: Stage) -> None:
    """A thief who reads the mailbox presses «not me» in a mail about the owner's own session."""
    email, _ = next(_addresses)
    laptop = await stage.owner(email)
    phone = stage.browser()
    await phone.log_in(email)
    await stage.later(timedelta(minutes=1))
    await laptop.log_in(email)
    await laptop.turn_app_on()
    await laptop.save_profile("", ADDRESS)
    for link in await stage.links(email, NOT_ME):
        await stage.browser().press("not-me", link)
    await stage.browser().forgot(email)
    await stage.browser().reset(await stage.link(email, "reset/#"))
    await stage.later(REMOVAL_DELAY)
    await stage.purge()
    assert await is_asked_for(stage, email, NEW_PASSWORD)


@pytest.mark.asvs("v5.0.0-6.4.4", "v5.0.0-6.5.7")
async def test_an_app_stays_that_was_turned_on_in_a_browser_that_had_been_known_for_long(stage: Stage) -> None:
    """The same for the user's second browser, of which the first is older: a month makes it the user's own."""
    email, _ = next(_addresses)
    await stage.owner(email)
    phone = stage.browser()
    await phone.log_in(email)
    await stage.later(LONG_KNOWN)
    await phone.log_in(email)
    await phone.turn_app_on()
    told = await come_back(stage, (await stage.links(email, NOT_ME))[-1])
    assert told["authenticator_removal_at"] is None
    await stage.later(REMOVAL_DELAY)
    await stage.purge()
    assert await is_asked_for(stage, email, NEW_PASSWORD)


async def test_an_app_stays_where_nothing_could_object(stage: Stage) -> None:
    """The account's first browser is its user's: nobody could stop the removal."""
    email, _ = next(_addresses)
    browser = stage.browser()
    await browser.sign_up(email)
    await stage.browser().verify(await stage.link(email, "verify/#"))
    await browser.turn_app_on()
    link = (await stage.links(email, NOT_ME))[-1]
    assert (await come_back(stage, link))["authenticator_removal_at"] is None
    assert any("stays: your mailbox alone" in mail for mail in await stage.mails(email))
    await stage.later(REMOVAL_DELAY)
    await stage.purge()
    assert await is_asked_for(stage, email, NEW_PASSWORD)


async def test_an_app_that_is_being_set_up_is_gone_at_once(stage: Stage) -> None:
    email, _ = next(_addresses)
    await stage.owner(email)
    intruder = stage.browser()
    await intruder.log_in(email)
    await intruder.post(f"{ME}/factors/totp")
    await come_back(stage, await stage.link(email, NOT_ME))
    assert await stage.scalar("SELECT count(*) FROM totp") == 0
    assert (await stage.browser().log_in(email, NEW_PASSWORD)).status_code == 200


async def test_the_ticket_is_void_once_the_app_was_removed(stage: Stage) -> None:
    email, laptop, _, secret, link = await locked_out(stage)
    await come_back(stage, link)
    body = {"email": email, "password": NEW_PASSWORD}
    ticket = (await laptop.post(f"{AUTH}/login", body)).json()["ticket"]
    path = f"{AUTH}/login/remove-authenticator"
    assert (await laptop.post(path, {"ticket": ticket})).status_code == 204
    again = await laptop.post(path, {"ticket": ticket})
    assert (again.status_code, again.json()["code"]) == (401, "ticket_ended")
    step = {"ticket": ticket, "code": laptop.code(secret)}
    assert (await laptop.post(f"{AUTH}/login/totp", step)).status_code == 401
    assert (await laptop.log_in(email, GOOD_PASSWORD)).status_code == 401
