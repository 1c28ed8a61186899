"""Passkeys in a real browser, with Chromium's virtual authenticator: made, used, offered, called off, removed."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.async_api import BrowserContext, CDPSession, Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Person, Product
from tests.e2e.steps import log_in, log_in_button, password_of, path_of, sees_dashboard, sees_login, sign_in, visit
from tests.e2e.test_two_steps import LOGIN, code_field, turn_on
from tests.e2e.watch import Watch

BUTTON = "Log in with a passkey"


class Device:
    """A virtual authenticator in one page: a screen lock that its owner opens, or does not."""

    def __init__(self, session: CDPSession, identity: str) -> None:
        self._session = session
        self.id = identity

    async def tell(self, command: str, **more: object) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = await self._session.send(
            f"WebAuthn.{command}", {"authenticatorId": self.id, **more}
        )
        return answer

    async def refuses(self) -> None:
        """The owner does not show who they are."""
        await self.tell("setUserVerified", isUserVerified=False)

    async def agrees(self) -> None:
        await self.tell("setUserVerified", isUserVerified=True)

    async def credentials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.tell("getCredentials"))["credentials"]
        return found


async def device_in(page: Page, **options: object) -> Device:
    """A device with a screen lock, in this page."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable", {"enableUI": False})
    given = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **options,
    }
    answer = await session.send("WebAuthn.addVirtualAuthenticator", {"options": given})
    return Device(session, answer["authenticatorId"])


async def without_offers(arrive: Arrive) -> BrowserContext:
    """A browser that offers nothing where the e-mail is typed: this device would take it before a button is pressed."""
    context = await arrive()
    await context.add_init_script(
        "if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false"
    )
    return context


async def at_security(context: BrowserContext, person: Person) -> Page:
    """The security page of somebody who has just logged in."""
    await sign_in(context, person)
    page = await context.new_page()
    await visit(page, "/dashboard/security")
    await expect(page.get_by_role("heading", name="Passkeys")).to_be_visible()
    return page


async def add(page: Page, count: int) -> None:
    """Add a passkey, after which there are so many."""
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_role("status").filter(has_text="is added.")).to_be_visible()
    await expect(page.get_by_role("button", name="Rename")).to_have_count(count)


async def log_out(page: Page) -> None:
    await page.get_by_role("button", name="Log out", exact=True).click()
    await sees_login(page)


async def test_a_passkey_is_added_and_lets_in_by_the_button(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    context = await without_offers(arrive)
    page = await at_security(context, person)
    device = await device_in(page)
    await add(page, 1)
    (credential,) = await device.credentials()
    assert credential["isResidentCredential"]
    assert credential["rpId"] == "localhost"
    await expect(page.get_by_text("Not yet")).to_be_visible()

    await log_out(page)
    await page.get_by_role("button", name=BUTTON).click()
    await sees_dashboard(page, person)
    await page.get_by_role("link", name="Security").click()
    await expect(page.get_by_text("Not yet")).to_have_count(0)


async def test_a_passkey_is_offered_where_the_e_mail_is_typed(arrive: Arrive, product: Product) -> None:
    """The browser's own list is not drawn here: the virtual device takes what is on offer."""
    person = await product.member()
    context = await arrive()
    page = await at_security(context, person)
    await device_in(page)
    await add(page, 1)
    await page.get_by_role("button", name="Log out", exact=True).click()
    await sees_dashboard(page, person)


async def test_a_log_in_that_is_called_off_is_no_error(arrive: Arrive, product: Product, watch: Watch) -> None:
    person = await product.member()
    context = await without_offers(arrive)
    page = await at_security(context, person)
    device = await device_in(page)
    await add(page, 1)
    await device.refuses()
    await log_out(page)
    button = page.get_by_role("button", name=BUTTON)
    for _ in range(2):
        await button.click()
        await expect(button).not_to_have_attribute("aria-disabled", "true")
    told = page.get_by_role("main").get_by_role("alert").filter(has_text=re.compile(r"\S"))
    await expect(told).to_contain_text("No passkey was used")
    assert path_of(page) == "/login"
    await page.get_by_label("E-mail").fill(person.email)
    await password_of(page).fill(person.password)
    await log_in_button(page).click()
    await sees_dashboard(page, person)


async def test_a_passkey_that_is_not_made_is_no_error_and_one_is_not_made_twice(
    arrive: Arrive, product: Product
) -> None:
    page = await at_security(await arrive(), await product.member())
    device = await device_in(page)
    await device.refuses()
    button = page.get_by_role("button", name="Add a passkey")
    await button.click()
    await expect(button).not_to_have_attribute("aria-disabled", "true")
    await expect(page.get_by_text("No passkey was added").first).to_be_visible()
    await device.agrees()
    await add(page, 1)
    await button.click()
    await expect(page.get_by_text("There is a passkey for this account already")).to_be_visible()
    assert len(await device.credentials()) == 1


async def test_a_passkey_is_named_and_removed(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    page = await at_security(await without_offers(arrive), person)
    device = await device_in(page)
    await add(page, 1)
    await page.get_by_role("button", name="Rename").click()
    await page.get_by_role("textbox", name="Name").fill("Ada's laptop")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Ada's laptop")).to_be_visible()
    await page.get_by_role("button", name="Remove Ada's laptop").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Remove this passkey?")
    await page.get_by_role("button", name="Yes, remove").click()
    await expect(page.get_by_role("status").filter(has_text="is removed.")).to_be_visible()
    await expect(page.get_by_role("heading", name="Ada's laptop")).to_have_count(0)

    await log_out(page)
    # The browser was told which passkeys are left.
    assert await device.credentials() == []
    await page.get_by_role("button", name=BUTTON).click()
    await expect(page.get_by_role("alert").filter(has_text="No passkey was used")).to_be_visible()


async def test_living_without_a_password(arrive: Arrive, product: Product, watch: Watch) -> None:
    person = await product.member()
    context = await arrive()
    page = await at_security(context, person)
    device = await device_in(page)
    await expect(
        page.get_by_text("With two passkeys, or one and recovery codes, you can do without a password")
    ).to_be_visible()
    await add(page, 1)
    second = await device_in(page, transport="usb")
    # The first device says that it has one already, so the second makes one.
    await add(page, 2)
    await page.get_by_role("button", name="Remove password").click()
    await expect(page.get_by_role("dialog")).to_contain_text("From then on only your passkeys let you in")
    await page.get_by_role("button", name="Yes, remove").click()
    await expect(page.get_by_role("status").filter(has_text="Your password is removed.")).to_be_visible()
    await expect(page.get_by_text("Your account has no password")).to_be_visible()

    other = await (await arrive()).new_page()
    watch.expects(401, "/api/v1/auth/login")
    await log_in(other, person)
    await expect(other.locator("form").get_by_role("alert")).to_contain_text("Invalid credentials")

    await page.get_by_role("button", name="Remove", exact=False).first.click()
    await page.get_by_role("button", name="Yes, remove").click()
    await expect(page.get_by_role("button", name="Rename")).to_have_count(1)
    watch.expects(409, re.sub("^.*(?=/api)", "", await passkey_path(page)))
    await page.get_by_role("button", name="Remove", exact=False).first.click()
    await page.get_by_role("button", name="Yes, remove").click()
    await expect(page.get_by_role("status").filter(has_text="only way in")).to_be_visible()
    assert await device.credentials() == []
    assert await second.credentials()


@pytest.mark.asvs("v5.0.0-6.3.3")
async def test_a_passkey_is_the_second_step_and_one_that_is_called_off_leaves_the_other_ways(
    arrive: Arrive, product: Product, watch: Watch
) -> None:
    person = await product.member()
    context = await without_offers(arrive)
    page = await at_security(context, person)
    device = await device_in(page)
    await add(page, 1)
    app, _ = await turn_on(page)
    await log_out(page)
    watch.expects(401, LOGIN)

    await device.refuses()
    await log_in(page, person)
    await page.get_by_role("button", name="Use a passkey").click()
    go_on = page.get_by_role("button", name="Go on with your passkey")
    await go_on.click()
    told = page.get_by_role("main").get_by_role("alert").filter(has_text="No passkey was used")
    await expect(told).to_contain_text("Please try again, or use another way.")
    await expect(go_on).not_to_have_attribute("aria-disabled", "true")
    await page.get_by_role("button", name="Use your authenticator app").click()
    await expect(page.get_by_role("button", name="Use a recovery code")).to_be_visible()
    await code_field(page).fill(app.code())
    await page.get_by_role("button", name="Go on", exact=True).click()
    await sees_dashboard(page, person)
    await log_out(page)

    await device.agrees()
    await log_in(page, person)
    await page.get_by_role("button", name="Use a passkey").click()
    await go_on.click()
    await sees_dashboard(page, person)
    await page.get_by_role("link", name="Security").click()
    await expect(page.get_by_text("Not yet")).to_have_count(0)


async def passkey_path(page: Page) -> str:
    """Where the one passkey lies that is left."""
    answers: list[str] = await page.evaluate(
        """async () => {
          const token = (await (await fetch('/api/v1/auth/refresh', { method: 'POST', body: '{}',
            headers: { 'Content-Type': 'application/json' } })).json()).access_token;
          const headers = { Authorization: `Bearer ${token}` };
          const list = await (await fetch('/api/v1/passkeys', { headers })).json();
          return list.passkeys.map(({ id }) => `/api/v1/passkeys/${id}`);
        }"""
    )
    (path,) = answers
    return path
