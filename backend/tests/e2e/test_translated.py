"""Pages outlive the translator of a browser, which takes their texts out of React's hands: looks and presses."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Person, Product
from tests.e2e.steps import fill, log_in, log_in_button, sees_dashboard, sees_login, sign_in_twice, visit
from tests.e2e.test_passkeys import add, device_in
from tests.e2e.test_refusals import until_too_many_attempts
from tests.e2e.test_two_steps import turn_on
from tests.e2e.tour import LOOKS, REFUSALS, people_of
from tests.e2e.translator import is_translated, translate
from tests.e2e.watch import Watch


async def translated(arrive: Arrive, at: Product | None = None, **options: object) -> BrowserContext:
    context = await arrive(at, **options)
    await translate(context)
    return context


@pytest.fixture
def refusals(watch: Watch) -> None:
    for status, path in REFUSALS:
        watch.expects(status, path)


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def says(page: Page, text: str) -> None:
    await expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


@pytest.mark.usefixtures("refusals")
async def test_every_look_is_there_translated(arrive: Arrive, product: Product, watch: Watch) -> None:
    watch.expects(409, "/api/v1/auth/signup")
    people = await people_of(product)
    page = await (await translated(arrive)).new_page()
    for go in LOOKS.values():
        await go(page, people)
        await is_translated(page)


@pytest.mark.usefixtures("refusals")
async def test_logging_in_and_out_and_forgetting_the_password(arrive: Arrive, product: Product, watch: Watch) -> None:
    watch.expects(401, "/api/v1/auth/login")
    person = await product.member()
    page = await (await translated(arrive)).new_page()
    await log_in(page, Person(person.email, "not the password of ada"))
    await expect(page.locator("form").get_by_role("alert")).to_contain_text("Invalid credentials")
    await fill(page, person)
    await log_in_button(page).click()
    await sees_dashboard(page, person)
    await press(page, "Log out")
    await sees_login(page)
    await page.get_by_role("link", name="Forgot your password?").click()
    await page.wait_for_url("**/forgot/**")
    await page.get_by_label("E-mail").fill(person.email)
    await page.locator("form").get_by_role("button").click()
    await expect(page.get_by_text("junk mail")).to_be_visible()
    await is_translated(page)


async def test_too_many_attempts_are_counted_down(arrive: Arrive, product: Product, watch: Watch) -> None:
    page = await (await translated(arrive)).new_page()
    await until_too_many_attempts(page, await product.member(), watch)
    await expect(page.locator("form").get_by_role("alert")).to_contain_text("You can try again now")


async def test_signing_up(arrive: Arrive, product: Product, watch: Watch) -> None:
    watch.expects(409, "/api/v1/auth/signup")
    known = await product.member()
    page = await (await translated(arrive)).new_page()
    await visit(page, "/signup")
    await fill(page, known)
    await press(page, "Create account")
    await expect(page.get_by_role("link", name="Log in instead")).to_be_visible()
    fresh = Person(f"fresh-{known.email}")
    await fill(page, fresh)
    await press(page, "Create account")
    await sees_dashboard(page, fresh)


async def test_cancelling_and_resuming(arrive: Arrive, product: Product) -> None:
    page = await (await translated(arrive)).new_page()
    person = await product.subscriber()
    await log_in(page, person)
    await sees_dashboard(page, person)
    await press(page, "Cancel subscription")
    await press(page, "Yes, cancel")
    await says(page, "Your subscription is cancelled.")
    await page.get_by_role("button", name="Resume subscription").click()
    await says(page, "Good to have you back")
    await is_translated(page)


async def test_signing_out_elsewhere_passkeys_and_two_steps(arrive: Arrive, product: Product) -> None:
    page = await (await translated(arrive)).new_page()
    await sign_in_twice(page.context, await product.verified_subscriber())
    await visit(page, "/dashboard/security")
    await is_translated(page)
    await page.get_by_role("listitem").filter(has_text="iPhone").get_by_role("button").click()
    await expect(page.get_by_role("listitem").filter(has_text="iPhone")).to_have_count(0)
    await device_in(page)
    await add(page, 1)
    await page.get_by_role("button", name="Rename").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill("Ada's laptop")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Ada's laptop")).to_be_visible()
    await page.get_by_role("button", name="Remove").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(page.get_by_role("heading", name="Ada's laptop")).to_have_count(0)
    await turn_on(page)
    await is_translated(page)


async def test_settings(arrive: Arrive, product: Product) -> None:
    page = await (await translated(arrive)).new_page()
    person = await product.member()
    await log_in(page, person)
    await sees_dashboard(page, person)
    await visit(page, "/dashboard/settings")
    await is_translated(page)
    await page.get_by_label("Name", exact=True).fill("Ada")
    await press(page, "Save name")
    await expect(page.get_by_text("Your name is saved.")).to_be_visible()
    for label, text in {
        "Recipient": "Ada",
        "Street and number": "Storgata 1",
        "City": "Oslo",
        "Postal code": "0155",
    }.items():
        await page.get_by_label(label).fill(text)
    await page.get_by_label("Country").select_option("Norway")
    await press(page, "Save shipping address")
    await says(page, "Your shipping address is saved.")
    await press(page, "Show my data")
    await says(page, "Here is your data.")
    await is_translated(page)
