"""Where somebody is logged in, and what happened: two browsers of one person."""

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Person, Product
from tests.e2e.steps import IPHONE, log_in, sees_dashboard, sees_login, sign_in, visit
from tests.e2e.watch import Watch


async def browser_of(arrive: Arrive, person: Person, **options: object) -> Page:
    """A browser in which this person is logged in, at the dashboard."""
    context = await arrive(**options)
    await sign_in(context, person)
    page = await context.new_page()
    await visit(page, "/dashboard")
    await sees_dashboard(page, person)
    return page


async def go_to(page: Page, name: str, title: str) -> None:
    """Go there by the navigation of the dashboard."""
    entry = page.get_by_role("navigation", name="Dashboard").get_by_role("link", name=name)
    await entry.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await expect(entry).to_have_attribute("aria-current", "page")


def row(page: Page, device: str) -> Locator:
    return page.get_by_role("main").get_by_role("listitem").filter(has=page.get_by_role("heading", name=device))


async def test_a_browser_that_is_signed_out_elsewhere_is_at_the_log_in_page_next(
    arrive: Arrive, product: Product, watch: Watch
) -> None:
    person = await product.member()
    here = await browser_of(arrive, person)
    phone = await browser_of(arrive, person, user_agent=IPHONE)
    await go_to(here, "Security", "Security")
    # Signing up made a session too, by a program.
    await expect(here.get_by_role("heading", level=3)).to_have_count(3)
    await expect(row(here, "Chrome on Linux")).to_contain_text("This browser")
    await expect(row(here, "Safari on iPhone")).to_contain_text("127.0.0.1")
    await expect(row(here, "Safari on iPhone")).not_to_contain_text("This browser")

    await here.get_by_role("button", name="Log out Safari on iPhone").click()
    await expect(here.get_by_role("status").filter(has_text="Safari on iPhone is logged out.")).to_be_visible()
    await expect(row(here, "Safari on iPhone")).to_have_count(0)
    await expect(here.get_by_role("heading", level=1)).to_be_focused()

    for path in ("sessions", "passkeys", "users/me", "users/me/factors", "auth/refresh"):
        watch.expects(401, f"/api/v1/{path}")
    await phone.get_by_role("link", name="Security").click()
    await sees_login(phone)
    await visit(here, "/dashboard")
    await sees_dashboard(here, person)


async def test_signing_out_everywhere_else_keeps_only_this_browser(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    here = await browser_of(arrive, person)
    await browser_of(arrive, person, user_agent=IPHONE)
    await go_to(here, "Security", "Security")
    await here.get_by_role("button", name="Log out everywhere else").click()
    await expect(here.get_by_role("dialog")).to_contain_text("The 2 other browsers are logged out at once")
    await here.get_by_role("button", name="Yes, log out").click()
    await expect(here.get_by_role("status").filter(has_text="2 other browsers are logged out.")).to_be_visible()
    await expect(here.get_by_text("Only this browser is logged in.")).to_be_visible()
    await here.get_by_role("button", name="Log out Chrome on Linux").click()
    await sees_login(here)
    await expect(here.get_by_role("status").filter(has_text="You are logged out.")).to_be_visible()


async def test_log_ins_and_refused_ones_are_told(page: Page, product: Product, watch: Watch) -> None:
    person = await product.member()
    watch.expects(401, "/api/v1/auth/login")
    await log_in(page, Person(person.email, "not the password of ada"))
    await expect(page.locator("form").get_by_role("alert")).to_contain_text("Invalid credentials")
    await log_in(page, person)
    await sees_dashboard(page, person)
    await go_to(page, "Activity", "Recent activity")
    await expect(page.get_by_role("heading", name="Today")).to_be_visible()
    told = page.get_by_role("main").locator("ol").get_by_role("listitem")
    await expect(told.nth(0)).to_contain_text("Logged in")
    await expect(told.nth(0)).to_contain_text("Done · Chrome on Linux (this browser) · 127.0.0.1")
    await expect(told.nth(1)).to_contain_text("A log-in was refused")
    await expect(told.nth(1)).to_contain_text("Refused · Chrome on Linux")
    await expect(page.get_by_text("If this was not you")).to_be_visible()
    await expect(told.last).to_contain_text("Created your account")


async def test_password_managers_find_the_settings_page(arrive: Arrive, product: Product) -> None:
    page = await browser_of(arrive, await product.member())
    await page.goto("/.well-known/change-password")
    await page.wait_for_url("**/dashboard/security/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Security")
