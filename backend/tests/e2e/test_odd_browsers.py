"""Browsers that refuse, lack or misreport something: pages work, or say what to do."""

import asyncio
import re
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Product
from tests.e2e.steps import fill, log_in, log_in_button, sees_dashboard, sign_in, visit
from tests.e2e.test_passkeys import device_in
from tests.letterbox import kept, words
from tests.waiting import wait_for

# As Firefox does it with cookies off; Chromium refuses the lock alone.
NO_COOKIES = """
Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false });
const refused = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
window.BroadcastChannel = class { constructor() { refused(); } };
if (window.LockManager) LockManager.prototype.request = async () => refused();
"""


async def test_without_cookies_pages_are_there_and_the_log_in_says_what_is_missing(
    arrive: Arrive, product: Product
) -> None:
    context = await arrive()
    await context.add_init_script(NO_COOKIES)
    page = await context.new_page()
    for path in ("/", "/signup", "/forgot", "/verify", "/reset", "/login"):
        await visit(page, path)
        await expect(page.get_by_role("heading", level=1)).not_to_have_text("Something fell off the wall")
    await fill(page, await product.member())
    await log_in_button(page).click()
    alert = page.locator("form").get_by_role("alert")
    await expect(alert).to_contain_text("Your browser blocks cookies")
    await expect(alert).to_contain_text("Please allow cookies for this site")


async def test_a_tab_that_stands_still_does_not_stop_the_others(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    context = await arrive()
    frozen, page = await context.new_page(), await context.new_page()
    await visit(frozen, "/")
    await frozen.evaluate(
        """() => new Promise((held) => {
          navigator.locks.request("doorstep-session", () => { held(); return new Promise(() => {}); });
        })"""
    )
    await log_in(page, person)
    await sees_dashboard(page, person)
    await page.reload()
    await sees_dashboard(page, person)


@pytest.mark.parametrize("told", ["C", "", "de_DE.UTF-8", "en-US@posix"])
async def test_a_language_that_is_no_tag_is_read_as_what_it_means(arrive: Arrive, product: Product, told: str) -> None:
    person = await product.subscriber()
    context = await arrive()
    await context.add_init_script(f"Object.defineProperty(Navigator.prototype, 'language', {{ get: () => '{told}' }})")
    page = await context.new_page()
    await visit(page, "/")
    await expect(page.get_by_text("12").first).to_be_visible()
    await sign_in(context, person)
    for path in ("/dashboard", "/dashboard/activity", "/dashboard/security", "/dashboard/settings"):
        await visit(page, path)
        await expect(page.get_by_role("heading", level=1)).not_to_have_text("Something fell off the wall")
    await page.goto("/dashboard")
    await expect(page.get_by_text("12,00" if told.startswith("de") else "$12.00")).to_be_visible()


async def test_a_link_that_lost_its_end_is_pasted(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    page = await (await arrive()).new_page()
    await visit(page, "/forgot")
    await page.get_by_label("E-mail").fill(person.email)
    await page.keyboard.press("Enter")

    def link() -> str | None:
        mails = [words(mail) for mail in kept(product.mail_folder) if mail["To"] == person.email]
        return next((found[0] for mail in mails if (found := re.search(r"http\S+/reset/#\S+", mail))), None)

    mailed = await asyncio.to_thread(wait_for, link, "the mail with the link")
    await visit(page, "/reset/")
    await expect(page.get_by_role("heading", name="This link is not complete.")).to_be_visible()
    field = page.get_by_label("Address from the mail")
    await field.fill(mailed.partition("#")[0])
    await page.get_by_role("button", name="Go on").click()
    await expect(field).to_have_accessible_description("That is not the whole address from the mail.")
    await expect(field).to_be_focused()
    await field.fill(f"https://guard.example/?url={quote(mailed, safe='')}&data=05")
    await page.keyboard.press("Enter")
    await page.get_by_role("textbox", name="New password").fill("eleven loud geese at dusk")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/login/**")
    assert "#" not in page.url


async def test_a_passkey_is_kept_where_the_browser_does_not_tell_its_transports(
    arrive: Arrive, product: Product
) -> None:
    context = await arrive()
    await context.add_init_script(
        "if (window.PublicKeyCredential) delete AuthenticatorAttestationResponse.prototype.getTransports"
    )
    await sign_in(context, await product.member())
    page = await context.new_page()
    await visit(page, "/dashboard/security")
    await device_in(page)
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_role("status").filter(has_text="is added.")).to_be_visible()
    await expect(page.get_by_role("button", name="Rename")).to_have_count(1)
