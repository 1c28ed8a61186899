"""Ways that lead through a mailbox: every mail is read where it arrived, at a mail server, and its link followed."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.cluster import Cluster
from tests.e2e.conftest import Arrive
from tests.e2e.mailbox import Posted, posting
from tests.e2e.product import Person
from tests.e2e.steps import IPHONE, fill, log_in, log_in_button, sees_dashboard, sees_login, sign_in, visit
from tests.e2e.test_two_steps import turn_on
from tests.e2e.watch import Watch
from tests.letterbox import code_in

NEW_PASSWORD = "eleven loud geese at dusk"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def posted(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Posted]:
    async with posting(cluster, tmp_path_factory.mktemp("posted")) as running:
        yield running


async def at_settings(arrive: Arrive, posted: Posted, person: Person) -> Page:
    """A browser in which this person is logged in, at the settings."""
    context = await arrive(posted.product)
    await sign_in(context, person)
    page = await context.new_page()
    await visit(page, "/dashboard/settings")
    await says(page, "Settings", level=1)
    return page


async def on_phone(arrive: Arrive, posted: Posted, person: Person) -> Page:
    """Another browser of theirs, logged in."""
    context = await arrive(posted.product, user_agent=IPHONE)
    await sign_in(context, person)
    return await context.new_page()


async def is_signed_out(page: Page, watch: Watch) -> None:
    watch.expects(401, "/api/v1/auth/refresh")
    await page.goto("/dashboard")
    await sees_login(page)


async def says(page: Page, heading: str, level: int = 2) -> None:
    await expect(page.get_by_role("heading", name=heading, level=level)).to_be_visible()


async def tells(page: Page, text: str) -> None:
    await expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


async def press(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button, exact=True).click()


async def choose(page: Page, password: str) -> None:
    """Type a new password at the end of a mailed link; the log-in page says that it is changed."""
    await page.get_by_label("New password", exact=True).fill(password)
    await press(page, "Save the new password")
    await sees_login(page)
    await tells(page, "Your password is changed.")


def link(mail: str) -> str:
    """The link in a mail."""
    found = re.search(r"http://localhost:\d+/\S+", mail)
    assert found, mail
    return found[0]


async def open_link(page: Page, address: str) -> None:
    """As from a mail: a page of its own, loaded whatever was open before."""
    await page.goto("about:blank")
    await visit(page, address)


async def test_a_forgotten_password(arrive: Arrive, posted: Posted, watch: Watch) -> None:
    person = await posted.member()
    phone = await on_phone(arrive, posted, person)
    page = await (await arrive(posted.product)).new_page()
    await visit(page, "/login")
    await page.get_by_label("E-mail").fill(person.email)
    await page.get_by_role("link", name="Forgot your password?").click()
    await page.wait_for_url("**/forgot/")
    await expect(page.get_by_label("E-mail")).to_have_value(person.email)
    await press(page, "Send me a mail")
    await says(page, "Look into your mail")
    address = link(await posted.mail(person, "Choose a new password"))

    await open_link(page, address)
    # Whose it is, for password managers; and nobody types it again afterwards.
    await expect(page.locator("input[name=username]")).to_have_value(person.email)
    await choose(page, NEW_PASSWORD)
    await expect(page.get_by_label("E-mail")).to_have_value(person.email)
    await posted.mail(person, "Your password was set")
    await is_signed_out(phone, watch)
    watch.expects(401, "/api/v1/auth/login")
    await fill(page, person)
    await log_in_button(page).click()
    await expect(page.locator("form").get_by_role("alert")).to_contain_text("Invalid credentials")
    await fill(page, Person(person.email, NEW_PASSWORD))
    await log_in_button(page).click()
    await sees_dashboard(page, person)

    watch.expects(410, "/api/v1/auth/reset/check")
    await open_link(page, address)
    await says(page, "This link was used already")
    await expect(page.get_by_role("link", name="Send me a new mail")).to_be_visible()
    await expect(page.get_by_role("main").get_by_role("link", name="Log in").first).to_be_visible()


async def test_who_is_unknown_sees_the_same(arrive: Arrive, posted: Posted) -> None:
    person = await posted.member()
    page = await (await arrive(posted.product)).new_page()
    told = []
    for email in (person.email, f"not-{person.email}"):
        await visit(page, "/forgot")
        await page.get_by_label("E-mail").fill(email)
        await press(page, "Send me a mail")
        await says(page, "Look into your mail")
        told.append((await page.get_by_role("main").inner_text()).replace(email, "what was typed"))
    assert told[0] == told[1]


async def test_confirming_the_address_by_the_code(arrive: Arrive, posted: Posted, watch: Watch) -> None:
    person = await posted.product.member()
    page = await at_settings(arrive, posted, person)
    await expect(page.get_by_text("Not confirmed", exact=True)).to_be_visible()
    await posted.mail(person, "is your code")  # this one came with the sign-up
    await press(page, "Send me another code")
    await tells(page, f"We have mailed a new code to {person.email}.")
    code = code_in(await posted.mail(person, "is your code", nth=2))
    watch.expects(400, "/api/v1/users/me/email/verify")
    await page.get_by_label("Code from the mail").fill(f"{(int(code) + 1) % 1_000_000:06}")
    await expect(page.get_by_text("That is not the code").first).to_be_visible()
    await page.get_by_label("Code from the mail").fill(code)
    await tells(page, "Your e-mail address is confirmed.")
    await expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()


async def test_confirming_the_address_takes_six_keys_on_the_first_page(arrive: Arrive, posted: Posted) -> None:
    person = await posted.product.member()
    context = await arrive(posted.product)
    await sign_in(context, person)
    page = await context.new_page()
    await visit(page, "/dashboard")
    banner = page.get_by_role("region", name="Your e-mail address")
    await expect(banner).to_contain_text(person.email)
    code = code_in(await posted.mail(person, "is your code"))
    await banner.get_by_label("Code from the mail").press_sequentially(code)
    await expect(banner.get_by_role("status").last).to_have_text("Your e-mail address is confirmed.")
    await sees_dashboard(page, person)


async def test_confirming_the_address_by_the_link(arrive: Arrive, posted: Posted, watch: Watch) -> None:
    """What looks into a mail before its reader does (a scanner) follows the link, and changes nothing.

    In a browser that is new to the account its reader is asked who made it.
    """
    watch.expects(409, "/api/v1/auth/verify-email")
    person = await posted.product.member()
    address = link(await posted.mail(person, "is your code"))
    verified = "SELECT email_verified_at IS NOT NULL FROM users WHERE email = $1"

    context = await arrive(posted.product)
    for method in ("GET", "HEAD"):
        assert (await context.request.fetch(address, method=method)).ok
    page = await context.new_page()
    await open_link(page, address)
    await says(page, "Confirm your e-mail address", level=1)
    assert await posted.sql(verified, person.email) is False
    await press(page, "Confirm my e-mail address")
    await says(page, "Did you make this account yourself?")
    assert await posted.sql(verified, person.email) is False
    await press(page, "Yes, confirm my e-mail address")
    await says(page, "Your e-mail address is confirmed")
    assert await posted.sql(verified, person.email) is True


@pytest.mark.asvs("v5.0.0-6.2.2", "v5.0.0-6.2.3")
async def test_another_password(arrive: Arrive, posted: Posted, watch: Watch) -> None:
    person = await posted.member()
    phone = await on_phone(arrive, posted, person)
    context = await arrive(posted.product)
    await sign_in(context, person)
    page = await context.new_page()
    await visit(page, "/dashboard/security")
    await says(page, "Password")
    watch.expects(403, "/api/v1/users/me/password")
    for current in ("not the password of ada", person.password):
        await page.get_by_label("Current password").fill(current)
        await page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
        await press(page, "Change password")
        if current != person.password:
            await expect(page.get_by_label("Current password")).to_have_attribute("aria-invalid", "true")
    await tells(page, "Your password is changed. All other browsers are logged out; this one stays logged in.")
    assert "This was not me" in await posted.mail(person, "Your password was changed")
    await is_signed_out(phone, watch)
    await visit(page, "/dashboard")
    await sees_dashboard(page, person)
    await log_in(phone, Person(person.email, NEW_PASSWORD))
    await sees_dashboard(phone, person)


async def test_another_address_and_back(arrive: Arrive, posted: Posted, watch: Watch) -> None:
    person = await posted.member()
    other = Person(f"new-{person.email}")
    page = await at_settings(arrive, posted, person)
    # An hour has passed since the log-in.
    await posted.sql("UPDATE sessions SET authenticated_at = authenticated_at - interval '1 hour'")
    await visit(page, "/dashboard/settings")
    watch.expects(401, "/api/v1/users/me/email")
    watch.expects(403, "/api/v1/users/me/email")
    await page.get_by_label("New e-mail address").fill(other.email)
    await press(page, "Change e-mail address")
    await page.get_by_role("dialog").get_by_label("Your password").fill(person.password)
    await press(page, "Confirm")
    await tells(page, f"We have sent a mail to {other.email}.")
    await posted.mail(other, "Confirm your new e-mail address")
    # It is seen after a reload, and one that is withdrawn opens nothing.
    await visit(page, "/dashboard/settings")
    await expect(page.get_by_text("Waiting for your new address")).to_be_visible()
    await press(page, "Withdraw the change")
    await tells(page, "The change is withdrawn.")
    await expect(page.get_by_text("Waiting for your new address")).to_have_count(0)
    await page.get_by_label("New e-mail address").fill(other.email)
    await press(page, "Change e-mail address")
    await tells(page, f"We have sent a mail to {other.email}.")
    assert other.email not in await posted.mail(person, "Somebody wants to change your e-mail address")

    await open_link(page, link(await posted.mail(other, "Confirm your new e-mail address", nth=2)))
    await press(page, "Use this address")
    await says(page, "Your e-mail address is changed")
    await visit(page, "/dashboard/settings")
    await expect(page.get_by_text(other.email, exact=True).first).to_be_visible()

    elsewhere = await (await arrive(posted.product)).new_page()
    await open_link(elsewhere, link(await posted.mail(person, "Your e-mail address was changed")))
    await press(elsewhere, "Undo the change")
    await says(elsewhere, "Now choose a new password")
    await choose(elsewhere, NEW_PASSWORD)
    await is_signed_out(page, watch)
    await log_in(elsewhere, Person(person.email, NEW_PASSWORD))
    await sees_dashboard(elsewhere, person)


async def test_a_log_in_that_was_not_the_owners(arrive: Arrive, posted: Posted, watch: Watch) -> None:
    person = await posted.member()
    thief = await on_phone(arrive, posted, person)
    mail = await posted.mail(person, "A new log-in to your account")
    assert "Safari on iPhone" in mail
    page = await (await arrive(posted.product)).new_page()
    await open_link(page, link(mail))
    await says(page, "That was not you?", level=1)
    await press(page, "It was not me: log everybody out")
    await says(page, "Now choose a new password")
    await is_signed_out(thief, watch)
    await choose(page, NEW_PASSWORD)
    watch.expects(401, "/api/v1/auth/login")
    await log_in(thief, person)
    await expect(thief.locator("form").get_by_role("alert")).to_contain_text("Invalid credentials")
    await log_in(page, Person(person.email, NEW_PASSWORD))
    await sees_dashboard(page, person)


async def test_an_account_is_kept_from_the_mailbox_without_a_log_in(arrive: Arrive, posted: Posted) -> None:
    person = await posted.member()
    page = await at_settings(arrive, posted, person)
    await press(page, "Delete my account")
    await press(page, "Yes, delete it")
    await sees_login(page)
    elsewhere = await (await arrive(posted.product)).new_page()
    await open_link(elsewhere, link(await posted.mail(person, "Your account will be deleted")))
    await press(elsewhere, "Keep my account")
    await says(elsewhere, "Your account stays")
    assert await posted.sql("SELECT deletion_due_at FROM users WHERE email = $1", person.email) is None
    await log_in(elsewhere, person)
    await sees_dashboard(elsewhere, person)


async def test_what_was_taken_back_is_listed_and_somebody_elses_app_goes_at_once(
    arrive: Arrive, posted: Posted, watch: Watch
) -> None:
    person = await posted.member()
    laptop = await at_settings(arrive, posted, person)
    # Mails leave side by side: the one about the laptop must be there before the next is caused.
    assert "Safari on iPhone" not in await posted.mail(person, "A new log-in to your account")
    thief = await on_phone(arrive, posted, person)
    mail = await posted.mail(person, "A new log-in to your account", nth=2)
    assert "Safari on iPhone" in mail
    await visit(thief, "/dashboard/security")
    await turn_on(thief)
    page = await (await arrive(posted.product)).new_page()
    await open_link(page, link(mail))
    await press(page, "It was not me: log everybody out")
    await says(page, "Now choose a new password")
    await expect(page.get_by_text("Everybody is logged out.")).to_be_visible()
    await expect(page.get_by_text("An authenticator app was turned on there.")).to_be_visible()
    await choose(page, NEW_PASSWORD)
    await is_signed_out(laptop, watch)
    watch.expects(401, "/api/v1/auth/login")
    await fill(laptop, Person(person.email, NEW_PASSWORD))
    await log_in_button(laptop).click()
    await press(laptop, "Remove it now")
    await expect(laptop.get_by_text("The authenticator app is removed. Please log in again.").first).to_be_visible()
    await fill(laptop, Person(person.email, NEW_PASSWORD))
    await log_in_button(laptop).click()
    await sees_dashboard(laptop, person)
