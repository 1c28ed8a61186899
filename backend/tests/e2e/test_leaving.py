"""Leaving in a browser, with the real mails: gone, told, back within the week, and taking everything along."""

import asyncio
import json
from pathlib import Path

from playwright.async_api import Page, expect

from tests.e2e.product import Product
from tests.e2e.steps import fill, log_in_button, sees_login, sign_in, visit
from tests.letterbox import kept, words
from tests.waiting import wait_for


def mailed(product: Product, to: str, subject: str) -> bool:
    return any(mail["To"] == to and words(mail).startswith(subject) for mail in kept(product.mail_folder))


async def test_an_account_is_deleted_kept_and_taken_along(page: Page, product: Product, tmp_path: Path) -> None:
    person = await product.verified_subscriber()
    await sign_in(page.context, person)
    await visit(page, "/dashboard/settings")
    await page.get_by_role("button", name="Show my data").click()
    await page.get_by_text("Where you were logged in (").click()
    await expect(page.get_by_text("127.0.0.1").first).to_be_visible()
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Save it as a file").click()
    file = tmp_path / "copy.json"
    await (await coming.value).save_as(file)
    assert json.loads(file.read_text())["profile"]["email"] == person.email

    await page.get_by_role("button", name="Delete my account").click()
    await page.get_by_role("button", name="Yes, delete it").click()
    await sees_login(page)
    await expect(page.get_by_text("Your account will be deleted in 7 days.")).to_be_visible()
    await asyncio.to_thread(
        wait_for, lambda: mailed(product, person.email, "Your account will be deleted"), "the mail about leaving"
    )
    await asyncio.to_thread(
        wait_for, lambda: mailed(product, person.email, "Your data was exported"), "the mail about the copy"
    )

    await fill(page, person)
    await log_in_button(page).click()
    await page.wait_for_url("**/dashboard/settings/**")
    await visit(page, "/dashboard")
    await page.get_by_role("button", name="Keep my account").click()
    await expect(page.get_by_text("Your account stays.")).to_be_visible()
    await asyncio.to_thread(
        wait_for, lambda: mailed(product, person.email, "Your account stays"), "the mail about staying"
    )
    await visit(page, "/dashboard/settings")
    await expect(page.get_by_role("button", name="Delete my account")).to_be_visible()
