"""Seeing, cancelling and resuming the subscription."""

from playwright.async_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Person, Product
from tests.e2e.steps import sees_dashboard, sign_in, tab_to
from tests.e2e.watch import Watch


async def at_the_dashboard(arrive: Arrive, person: Person) -> Page:
    context = await arrive()
    await sign_in(context, person)
    page = await context.new_page()
    await page.goto("/dashboard")
    await sees_dashboard(page, person)
    return page


async def test_cancels_and_resumes_by_keyboard_only(arrive: Arrive, product: Product) -> None:
    page = await at_the_dashboard(arrive, await product.subscriber())
    main = page.get_by_role("main")
    await expect(main.get_by_role("heading", name="Monthly art print")).to_be_visible()
    await expect(main.get_by_text("$12.00 a month")).to_be_visible()
    await expect(main.get_by_text("Active", exact=True)).to_be_visible()
    await expect(main.get_by_text("Next payment")).to_be_visible()
    dialog = page.get_by_role("dialog", name="Cancel Monthly art print?")
    cancel = page.get_by_role("button", name="Cancel subscription")
    resume = page.get_by_role("button", name="Resume subscription")

    # Esc changes nothing and gives the focus back.
    await tab_to(page, cancel)
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_visible()
    assert await dialog.evaluate("(dialog) => dialog.contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(cancel).to_be_focused()

    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    # The page behind is out of reach.
    for _ in range(4):
        await page.keyboard.press("Tab")
        assert await dialog.evaluate(
            "(dialog) => dialog.contains(document.activeElement) || !document.hasFocus() || "
            "document.activeElement === document.body"
        )
    await tab_to(page, page.get_by_role("button", name="Yes, cancel"))
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    said = main.get_by_role("status")
    await expect(said.filter(has_text="Your subscription is cancelled.")).to_be_visible()
    await expect(main.get_by_text("Ends on")).to_be_visible()
    await expect(resume).to_be_focused()
    await page.reload()
    await expect(main.get_by_text("Cancelled, and still yours for a while")).to_be_visible()

    await tab_to(page, resume)
    await page.keyboard.press("Enter")
    await expect(said.filter(has_text="Good to have you back")).to_be_visible()
    await expect(cancel).to_be_focused()
    await expect(main.get_by_text("Active", exact=True)).to_be_visible()


async def test_cancelled_in_another_tab_tells_the_truth(arrive: Arrive, product: Product, watch: Watch) -> None:
    page = await at_the_dashboard(arrive, await product.subscriber())
    other = await page.context.new_page()
    await other.goto("/dashboard")
    await expect(other.get_by_role("button", name="Cancel subscription")).to_be_visible()
    await page.bring_to_front()
    await page.get_by_role("button", name="Cancel subscription").click()
    await page.get_by_role("button", name="Yes, cancel").click()
    await expect(page.get_by_text("Your subscription is cancelled.")).to_be_visible()

    watch.expects(409, "/api/v1/subscriptions/cancel")
    await other.bring_to_front()
    await other.get_by_role("button", name="Cancel subscription").click()
    await other.get_by_role("button", name="Yes, cancel").click()
    await expect(other.get_by_role("dialog")).to_be_hidden()
    await expect(other.get_by_role("button", name="Resume subscription")).to_be_visible()


async def test_a_subscription_appears_when_the_operator_grants_it(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    page = await at_the_dashboard(arrive, person)
    await expect(page.get_by_text("Not subscribed")).to_be_visible()
    await product.grant(person)
    await page.get_by_role("button", name="Check again").click()
    await expect(page.get_by_role("heading", name="Monthly art print")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
