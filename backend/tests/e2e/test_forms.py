"""The forms as password managers, hurried people and browsers without scripts meet them."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Request, expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Product, somebody
from tests.e2e.steps import fill, log_in, log_in_button, password_of, sees_dashboard, visit
from tests.e2e.watch import Watch


@pytest.mark.parametrize(
    ("path", "password_token"), [("/login", "current-password"), ("/signup", "new-password")], ids=["login", "signup"]
)
async def test_password_managers_understand_the_form(page: Page, path: str, password_token: str) -> None:
    await visit(page, path)
    email, password = page.get_by_label("E-mail"), password_of(page)
    for field, facts in (
        (email, {"type": "email", "name": "email", "id": "email", "autocapitalize": "none"}),
        (password, {"type": "password", "name": "password", "id": "password", "autocomplete": password_token}),
    ):
        for name, value in facts.items():
            await expect(field).to_have_attribute(name, value)
        assert await field.evaluate("(field) => field.form === document.querySelector('form')")
    assert "username" in (await email.get_attribute("autocomplete") or "").split()
    # What is filled in without any event counts too.
    await expect(page.locator("form button[type=submit]")).to_have_count(1)


async def test_what_is_filled_in_silently_is_sent(page: Page, product: Product) -> None:
    person = await product.member()
    await visit(page, "/login")
    await page.evaluate(
        """({ email, password }) => {
          document.getElementById("email").value = email;
          document.getElementById("password").value = password;
        }""",
        {"email": person.email, "password": person.password},
    )
    await log_in_button(page).click()
    await sees_dashboard(page, person)


async def test_pasting_a_password_is_allowed(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    context = await arrive(permissions=["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    await visit(page, "/login")
    await page.get_by_label("E-mail").fill(person.email)
    await page.evaluate("(text) => navigator.clipboard.writeText(text)", person.password)
    await password_of(page).focus()
    await page.keyboard.press("ControlOrMeta+v")
    await expect(password_of(page)).to_have_value(person.password)
    await page.keyboard.press("Enter")
    await sees_dashboard(page, person)


@pytest.mark.parametrize("path", ["/login", "/signup"])
async def test_submitting_again_and_again_sends_one_request(
    page: Page, product: Product, watch: Watch, path: str
) -> None:
    person = await product.member() if path == "/login" else somebody()
    await visit(page, path)
    await fill(page, person)
    await page.evaluate(
        """() => {
          const form = document.querySelector("form");
          const button = form.querySelector("button[type=submit]");
          form.requestSubmit();
          button.click();
          requestAnimationFrame(() => { form.requestSubmit(); button.click(); });
        }"""
    )
    await page.keyboard.press("Enter")
    await sees_dashboard(page, person)
    assert len([address for address in watch.addresses if address.endswith(f"/auth{path}")]) == 1


@pytest.mark.parametrize(("path", "button"), [("/login", "Log in"), ("/signup", "Create account")])
async def test_without_scripts_no_password_gets_into_an_address(
    arrive: Arrive, watch: Watch, path: str, button: str
) -> None:
    person = somebody()
    context = await arrive(java_script_enabled=False)
    page = await context.new_page()
    navigations: list[Request] = []
    context.on("request", lambda request: navigations.append(request) if request.is_navigation_request() else None)
    await page.goto(f"{path}?next=%2Fdashboard")
    await fill(page, person)
    await page.get_by_role("button", name=button).click()
    await page.wait_for_url(f"**{path}/")
    # Back at the form. That it needs scripts is told in a <noscript>, which a remote-controlled browser does not draw.
    await expect(page.get_by_role("button", name=button)).to_be_visible()
    await expect(password_of(page)).to_be_empty()
    assert [(request.method, urlsplit(request.url).path) for request in navigations] == [
        ("GET", path),
        ("POST", f"{path}/"),
        ("GET", f"{path}/"),
    ]
    assert not [address for address in watch.addresses if "seven" in address or "ada" in address]


async def test_signup_tells_the_strength_while_typing(page: Page) -> None:
    await visit(page, "/signup")
    password = password_of(page)
    told = page.locator("[data-strength]")
    await password.fill("short")
    await expect(told).to_have_text("10 more characters")
    await page.get_by_label("E-mail").fill("ada.lovelace@example.org")
    await password.fill("ada.lovelace@example.org")
    # The server's word.
    await expect(told).to_have_attribute("data-strength", "0")
    await password.fill("seven quiet herons at dawn")
    await expect(told).to_have_text("Strong")


async def test_a_known_password_is_refused_with_the_reason(page: Page, watch: Watch) -> None:
    watch.expects(422, "/api/v1/auth/signup")
    await visit(page, "/signup")
    await page.get_by_label("E-mail").fill(somebody().email)
    await password_of(page).fill("passwordpassword")
    await page.get_by_role("button", name="Create account").click()
    await expect(password_of(page)).to_be_focused()
    await expect(password_of(page)).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#password-error")).not_to_be_empty()


async def test_caps_lock_is_told(page: Page) -> None:
    await visit(page, "/login")
    password = password_of(page)
    for on, told in ((True, "Caps Lock is on"), (False, "")):
        # As a browser reports it with each key; the remote-controlled keyboard has no such key.
        await password.evaluate(
            "(field, on) => field.dispatchEvent(new KeyboardEvent('keydown', "
            "{ key: 'A', bubbles: true, modifierCapsLock: on }))",
            on,
        )
        await expect(page.locator("#password-capslock")).to_have_text(told)


async def test_the_session_is_restored_before_the_form_is_used(page: Page, product: Product) -> None:
    person = await product.member()
    await log_in(page, person)
    await sees_dashboard(page, person)
    await page.goto("/login")
    await sees_dashboard(page, person)
