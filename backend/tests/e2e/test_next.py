"""Where a log-in leads: back to where somebody wanted to go, and never off the site."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.e2e.product import Product
from tests.e2e.steps import fill, log_in, log_in_button, sees_dashboard, sees_login, visit
from tests.e2e.watch import Watch

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "https://evil.example",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%2Fevil.example",
    "/.//evil.example",
    "javascript:window.stolen=1",
    "java\nscript:window.stolen=1",
    "data:text/html,stolen",
)


async def test_the_guard_leads_to_the_log_in_and_back(page: Page, product: Product) -> None:
    person = await product.member()
    await page.goto("/dashboard")
    await sees_login(page)
    assert parse_qs(urlsplit(page.url).query)["next"] in (["/dashboard"], ["/dashboard/"])
    await fill(page, person)
    await log_in_button(page).click()
    await sees_dashboard(page, person)


async def test_a_page_of_this_site_is_honoured(page: Page, product: Product) -> None:
    await log_in(page, await product.member(), f"/login?next={quote('/?from=letter#pricing', safe='')}")
    await page.wait_for_url(re.compile(r"/\?from=letter#pricing$"))


async def test_the_way_on_is_kept_from_one_form_to_the_other(page: Page, product: Product) -> None:
    person = await product.member()
    await visit(page, f"/signup?next={quote('/?from=letter', safe='')}")
    await page.get_by_role("link", name="Log in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    await fill(page, person)
    await log_in_button(page).click()
    await page.wait_for_url(re.compile(r"/\?from=letter$"))


@pytest.mark.parametrize("target", ELSEWHERE)
async def test_open_redirect_is_refused(page: Page, product: Product, watch: Watch, target: str) -> None:
    person = await product.member()
    await log_in(page, person, f"/login?next={quote(target, safe='')}")
    await sees_dashboard(page, person)
    assert await page.evaluate("'stolen' in window") is False
    assert {f"{urlsplit(address).scheme}://{urlsplit(address).netloc}" for address in watch.addresses} == {
        product.origin
    }
