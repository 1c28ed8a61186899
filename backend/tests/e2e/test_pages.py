"""What a picky reader of the pages meets: long addresses, the keyboard, forced colours, and who is named where."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Person, Product
from tests.e2e.steps import log_in, sees_dashboard, sees_login, sign_in, tab_to, visit
from tests.e2e.test_looks import STICKS_OUT
from tests.e2e.watch import Watch

LONG = "firstname.middlename.lastname@department.university-of-applied-sciences.example.edu"
PAGES = ("/dashboard", "/dashboard/security", "/dashboard/activity", "/dashboard/settings")
COLOUR = "(element) => getComputedStyle(element).borderBottomColor"


async def logged_in(arrive: Arrive, person: Person, path: str, **options: object) -> Page:
    context = await arrive(**options)
    await sign_in(context, person)
    page = await context.new_page()
    await visit(page, path)
    return page


@pytest.mark.parametrize("width", [320, 390])
async def test_a_long_address_breaks_no_page_of_a_phone(arrive: Arrive, product: Product, width: int) -> None:
    person = Person(f"{width}.{LONG}")
    await product.sign_up(person)
    page = await logged_in(arrive, person, "/dashboard", viewport={"width": width, "height": 844})
    for path in PAGES:
        await visit(page, path)
        await expect(page.get_by_role("banner").get_by_text(person.email)).to_be_visible()
        await expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        assert await page.evaluate(STICKS_OUT) == [0], path


async def test_the_keyboard_goes_on_at_the_content_after_a_move(arrive: Arrive, product: Product) -> None:
    page = await logged_in(arrive, await product.member(), "/dashboard")
    await expect(page.get_by_text("Not subscribed")).to_be_visible()
    await tab_to(page, page.get_by_role("link", name="Security", exact=True))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Security", level=1)).to_be_visible()
    await expect(page.locator("#main")).to_be_focused()


async def test_the_skip_link_passes_the_navigation_and_looks_like_a_button(arrive: Arrive, product: Product) -> None:
    page = await logged_in(arrive, await product.member(), "/dashboard")
    await expect(page.get_by_text("Not subscribed")).to_be_visible()
    skip = page.get_by_role("link", name="Skip to the content")
    await tab_to(page, skip)
    assert await skip.evaluate("(element) => getComputedStyle(element).paddingLeft") == "20px"
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    inside = "document.querySelector('#main').contains(document.activeElement)"
    assert await page.evaluate(f"{inside} && !document.activeElement.closest('nav')")


async def test_forced_colours_show_which_page_is_open(arrive: Arrive, product: Product) -> None:
    page = await logged_in(arrive, await product.member(), "/dashboard/security", forced_colors="active")
    links = page.get_by_role("navigation", name="Dashboard").get_by_role("link")
    colours = [await link.evaluate(COLOUR) for link in await links.all()]
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert [colour == colours[1] for colour in colours] == [False, True, False, False], (colours, ground)


async def test_the_landing_page_knows_who_is_logged_in(arrive: Arrive, product: Product) -> None:
    page = await logged_in(arrive, await product.member(), "/")
    await expect(page.get_by_role("banner").get_by_role("link", name="My subscription")).to_be_visible()
    for gone in ("Log in", "Sign up", "Create your account", "Open an account"):
        await expect(page.get_by_role("link", name=gone)).to_have_count(0)
    await page.get_by_role("banner").get_by_role("link", name="My subscription").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your subscription")


async def test_the_header_names_who_is_logged_in_and_hears_of_a_new_name(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    page = await logged_in(arrive, person, "/dashboard/settings")
    banner = page.get_by_role("banner")
    await expect(banner.get_by_role("link", name=f"Logged in as {person.email}")).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("Ada")
    await page.get_by_role("button", name="Save name").click()
    await expect(banner.get_by_role("link", name="Logged in as Ada")).to_be_visible()
    await page.get_by_role("button", name="Log out", exact=True).click()
    await sees_login(page)
    await expect(page.get_by_text("Ada", exact=True)).to_have_count(0)


async def test_old_news_is_gone_beside_what_was_refused_since(arrive: Arrive, product: Product, watch: Watch) -> None:
    person = await product.member()
    page = await logged_in(arrive, person, "/dashboard")
    await page.get_by_role("button", name="Log out", exact=True).click()
    await sees_login(page)
    await expect(page.get_by_text("You are logged out.").first).to_be_visible()
    watch.expects(401, "/api/v1/auth/login")
    await page.get_by_label("E-mail").fill(person.email)
    await page.get_by_label("Password", exact=True).fill("not the right one")
    await page.get_by_label("Password", exact=True).press("Enter")
    await expect(page.locator("form").get_by_role("alert")).to_contain_text("Invalid credentials")
    await expect(page.get_by_text("You are logged out.").first).to_be_hidden()
    await log_in(page, person)
    await sees_dashboard(page, person)


async def test_a_second_tab_shows_what_was_changed_in_the_first_once_it_is_looked_at(
    arrive: Arrive, product: Product
) -> None:
    person = await product.subscriber()
    page = await logged_in(arrive, person, "/dashboard")
    await expect(page.get_by_text("Active", exact=True)).to_be_visible()
    other = await page.context.new_page()
    await visit(other, "/dashboard")
    await other.get_by_role("button", name="Cancel subscription").click()
    await other.get_by_role("button", name="Yes, cancel").click()
    await expect(other.get_by_text("Your subscription is cancelled.")).to_be_visible()
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.get_by_role("button", name="Resume subscription")).to_be_visible()
