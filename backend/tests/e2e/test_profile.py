"""Name and shipping address in a browser: typed, refused at the field, kept over a reload, told by a real mail."""

import asyncio

from playwright.async_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Product
from tests.e2e.steps import sign_in, tab_to, visit
from tests.e2e.test_leaving import mailed
from tests.e2e.test_looks import page_with_axe, violations
from tests.e2e.watch import Watch
from tests.waiting import wait_for

PROFILE = "/api/v1/users/me/profile"
ADDRESS = {"Recipient": "Åse Øye", "Street and number": "Storgata 1", "City": "Oslo"}


async def sees_nothing_wrong(page: Page) -> None:
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.evaluate("() => Promise.allSettled(document.getAnimations().map((each) => each.finished)).then()")
        assert await violations(page) == [], scheme


async def test_a_name_and_an_address_are_kept_and_told(arrive: Arrive, product: Product, watch: Watch) -> None:
    watch.expects(422, PROFILE)
    person = await product.verified_subscriber()
    page = await page_with_axe(arrive, reduced_motion="reduce", viewport={"width": 390, "height": 844})
    await sign_in(page.context, person)
    await visit(page, "/dashboard")
    await page.get_by_role("link", name="Add an address").click()
    await page.wait_for_url("**/dashboard/settings/**")
    name = page.get_by_label("Name", exact=True)
    await name.fill("  Åse  ")
    await name.press("Enter")
    await expect(page.get_by_text("Your name is saved.")).to_be_visible()
    await expect(name).to_have_value("Åse")

    for label, text in ADDRESS.items():
        await page.get_by_label(label).fill(text)
    await page.get_by_label("Country").select_option("Norway")
    save = page.get_by_role("button", name="Save shipping address")
    await save.click()
    code = page.get_by_label("Postal code")
    await expect(code).to_be_focused()
    await expect(code).to_have_accessible_description("Tell us the postal code.")
    await expect(page.get_by_label("City")).to_have_value("Oslo")
    await sees_nothing_wrong(page)
    await page.keyboard.type("0155")
    await tab_to(page, save)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="Your shipping address is saved.")).to_be_visible()
    await expect(save).to_be_focused()
    await sees_nothing_wrong(page)

    await page.reload()
    for label, text in {**ADDRESS, "Postal code": "0155", "Country": "NO", "State or region": ""}.items():
        await expect(page.get_by_label(label)).to_have_value(text)
    await expect(name).to_have_value("Åse")
    subject = "Your shipping address was changed"
    await asyncio.to_thread(wait_for, lambda: mailed(product, person.email, subject), "the mail about the address")
    await visit(page, "/dashboard/activity")
    await expect(page.get_by_text("Changed your shipping address")).to_be_visible()
