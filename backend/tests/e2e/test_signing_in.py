"""The way in and out: by sign-up, by log-in, by mouse and by keyboard."""

from playwright.async_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Person, Product, somebody
from tests.e2e.steps import (
    fill,
    log_in,
    log_in_button,
    password_of,
    path_of,
    sees_dashboard,
    sees_login,
    sign_in,
    tab_to,
    visit,
)
from tests.e2e.watch import Watch


async def test_signs_up_from_the_landing_page_and_sees_the_dashboard(page: Page) -> None:
    person = somebody()
    await visit(page, "/")
    await page.get_by_role("banner").get_by_role("link", name="Sign up").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Create an account")
    await fill(page, person)
    await page.get_by_role("button", name="Create account").click()
    await sees_dashboard(page, person)
    await expect(page.get_by_text("Not subscribed")).to_be_visible()


async def test_logs_in_reloads_logs_out_and_going_back_shows_nothing_private(page: Page, product: Product) -> None:
    person = await product.member()
    await visit(page, "/")
    await page.get_by_role("banner").get_by_role("link", name="Log in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    await fill(page, person)
    await log_in_button(page).click()
    await sees_dashboard(page, person)
    await page.reload()
    await sees_dashboard(page, person)
    # More than one entry of the history shows the dashboard by the time of the log-out.
    await page.get_by_role("banner").get_by_role("link").first.click()
    await expect(page.get_by_role("heading", level=1)).not_to_have_text("Your subscription")
    await visit(page, "/dashboard/")
    await sees_dashboard(page, person)

    await page.get_by_role("button", name="Log out").click()
    await sees_login(page)
    await expect(page.get_by_role("status").filter(has_text="You are logged out.")).to_be_visible()
    heading = page.get_by_role("heading", level=1)
    for _ in range(await page.evaluate("history.length")):
        await page.go_back()
        assert person.email not in await page.content()
        if page.url == "about:blank":
            break
        # Where the dashboard was, its empty shape may be seen on the way to the log-in.
        await expect(heading).not_to_have_text("Your subscription")
        assert person.email not in await page.content()
    await visit(page, "/dashboard/")
    await sees_login(page)


async def test_wrong_password_is_announced_and_keeps_the_email(page: Page, product: Product, watch: Watch) -> None:
    person = await product.member()
    watch.expects(401, "/api/v1/auth/login")
    await visit(page, "/login")
    announced = page.locator("form").get_by_role("alert")
    # A live region that arrives together with its words is not heard.
    await expect(announced).to_be_attached()
    await expect(announced).to_be_empty()
    await announced.evaluate("(region) => { window.regionBefore = region; }")
    await fill(page, Person(person.email, "not the password of ada"))
    await log_in_button(page).click()
    await expect(announced).to_contain_text("Invalid credentials")
    assert await announced.evaluate("(region) => region === window.regionBefore")
    await expect(announced).to_have_attribute("aria-live", "assertive")
    await expect(page.get_by_label("E-mail")).to_have_value(person.email)
    await expect(password_of(page)).to_be_focused()
    assert path_of(page) == "/login"
    # What was typed is selected: the next letter replaces it.
    await page.keyboard.type(person.password)
    await page.keyboard.press("Enter")
    await sees_dashboard(page, person)


async def test_unknown_address_looks_the_same(page: Page, watch: Watch) -> None:
    watch.expects(401, "/api/v1/auth/login")
    await log_in(page, somebody())
    await expect(page.locator("form").get_by_role("alert")).to_have_text("Invalid credentials")


async def test_empty_fields_are_told_at_the_fields_without_asking_the_server(page: Page, watch: Watch) -> None:
    await visit(page, "/login")
    await log_in_button(page).click()
    email = page.get_by_label("E-mail")
    await expect(email).to_be_focused()
    for field in (email, password_of(page)):
        await expect(field).to_have_attribute("aria-invalid", "true")
        told = await field.evaluate(
            "(field) => field.getAttribute('aria-describedby').split(' ')"
            ".map((id) => document.getElementById(id)?.textContent ?? '').join('')"
        )
        assert "Enter your" in told
    assert not [address for address in watch.addresses if address.endswith("/auth/login")]


async def test_somebody_signed_in_is_not_asked_again(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    context = await arrive()
    await sign_in(context, person)
    page = await context.new_page()
    for path in ("/login", "/signup"):
        await page.goto(path)
        await sees_dashboard(page, person)


async def test_taken_address_is_told_at_the_field(page: Page, product: Product, watch: Watch) -> None:
    person = await product.member()
    watch.expects(409, "/api/v1/auth/signup")
    await visit(page, "/signup")
    await fill(page, Person(person.email, "another long password 5"))
    await page.get_by_role("button", name="Create account").click()
    email = page.get_by_label("E-mail")
    await expect(email).to_be_focused()
    await expect(email).to_have_attribute("aria-invalid", "true")
    await page.get_by_role("link", name="Log in instead").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


async def test_by_keyboard_only(page: Page, product: Product) -> None:
    person = await product.member()
    await visit(page, "/")
    await tab_to(page, page.get_by_role("link", name="Skip to the content"), most=1)
    await tab_to(page, page.get_by_role("banner").get_by_role("link", name="Log in"))
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/login/")
    await tab_to(page, page.get_by_label("E-mail"))
    await page.keyboard.type(person.email)
    await tab_to(page, password_of(page), most=1)
    await page.keyboard.type(person.password)
    await tab_to(page, page.get_by_role("button", name="Show password"), most=1)
    await page.keyboard.press("Space")
    await expect(password_of(page)).to_have_attribute("type", "text")
    await expect(page.get_by_role("button", name="Show password")).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("Space")
    await expect(password_of(page)).to_have_attribute("type", "password")
    await tab_to(page, page.get_by_role("link", name="Forgot your password?"), most=1)
    remember = page.get_by_role("checkbox", name="Keep me logged in")
    await tab_to(page, remember, most=1)
    await page.keyboard.press("Space")
    await expect(remember).to_be_checked()
    await tab_to(page, log_in_button(page), most=1)
    await page.keyboard.press("Enter")
    await sees_dashboard(page, person)
    await tab_to(page, page.get_by_role("button", name="Log out"))
    await page.keyboard.press("Enter")
    await sees_login(page)
