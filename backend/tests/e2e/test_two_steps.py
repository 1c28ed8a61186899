"""Two-step log-in, as people meet it: set up with an app, its codes, a recovery code, a trusted browser."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from pyotp import TOTP

from tests.cluster import Cluster
from tests.e2e.conftest import Arrive
from tests.e2e.mailbox import Posted, posting
from tests.e2e.product import Person
from tests.e2e.steps import log_in, log_in_button, password_of, sees_dashboard, sign_in, visit
from tests.e2e.test_looks import page_with_axe, violations
from tests.e2e.watch import Watch
from tests.letterbox import link_token

STEP = 30
NEW_PASSWORD = "eleven loud geese at dusk"
LOGIN = "/api/v1/auth/login"


class App:
    """An authenticator app: each code once."""

    def __init__(self, secret: str) -> None:
        self._totp = TOTP(secret.replace(" ", ""))
        self._last = 0

    def code(self) -> str:
        """A code that was not shown before: the one of the next step where the clock is not that far."""
        self._last = max(self._last + 1, int(time.time()) // STEP)
        return self._totp.at(self._last * STEP)


def section(page: Page) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", name="Two-step log-in", exact=True))


def code_field(page: Page) -> Locator:
    return page.get_by_label("Code from your authenticator app")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def posted(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Posted]:
    async with posting(cluster, tmp_path_factory.mktemp("two-steps")) as running:
        yield running


async def turn_on(page: Page, look: Callable[[], Awaitable[None]] | None = None) -> tuple[App, list[str]]:
    """Turn it on at the security page, which is looked at on the way: the app, and the recovery codes."""
    part = section(page)
    await part.get_by_role("button", name="Turn on two-step log-in").click()
    await expect(part.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    if look:
        await look()
    app = App(await part.locator(".font-mono").inner_text())
    await part.get_by_label("Code from the app").fill(app.code())
    await part.get_by_role("button", name="Turn it on").click()
    await expect(part.get_by_role("heading", name="Keep these recovery codes")).to_be_focused()
    if look:
        await look()
    codes = await part.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
    async with page.expect_download() as download:
        await part.get_by_role("button", name="Download").click()
    kept = await (await download.value).path()
    assert codes[0] in kept.read_text(encoding="utf-8")
    await part.get_by_role("button", name="Done").click()
    await expect(part.get_by_text("Please keep the codes first")).to_be_visible()
    await part.get_by_label("I have kept these codes").check()
    await part.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("status").filter(has_text="Two-step log-in is on")).to_be_visible()
    await expect(part.get_by_text("10 recovery codes are left.")).to_be_visible()
    return app, codes


async def enrol(arrive: Arrive, posted: Posted, person: Person) -> tuple[App, list[str]]:
    """Turn it on in a browser of its own, on a dark phone: the app, and the recovery codes."""
    phone = {"color_scheme": "dark", "reduced_motion": "reduce", "viewport": {"width": 320, "height": 568}}
    page = await page_with_axe(arrive, posted.product, **phone)
    await sign_in(page.context, person)
    await visit(page, "/dashboard/security")

    async def look_at_it() -> None:
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320  # no scrolling sideways

    made = await turn_on(page, look_at_it)
    assert "You were logged out everywhere else" in await posted.mail(person, "Two-step log-in is on")
    await page.context.close()
    return made


async def test_it_is_set_up_and_asked_for_and_a_trusted_browser_is_not_asked(
    arrive: Arrive, posted: Posted, watch: Watch
) -> None:
    person = await posted.member()
    app, codes = await enrol(arrive, posted, person)
    page = await page_with_axe(arrive, posted.product)
    watch.expects(401, LOGIN)
    await log_in(page, person)
    await expect(code_field(page)).to_be_focused()
    assert await violations(page) == []
    watch.expects(403, f"{LOGIN}/totp")
    await code_field(page).fill("000000")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_text("That is not the right code.")).to_be_visible()
    await code_field(page).fill(app.code())
    await page.get_by_label("Trust this browser for 30 days").check()
    await code_field(page).press("Enter")
    await sees_dashboard(page, person)
    await page.get_by_role("button", name="Log out").click()
    await page.wait_for_url("**/login/**")
    await log_in(page, person)
    await sees_dashboard(page, person)

    # What matters asks for both all the same, in place, and goes on.
    await visit(page, "/dashboard/security")
    watch.expects(403, "/api/v1/sessions")
    watch.expects(403, "/api/v1/auth/step-up")
    others = page.get_by_role("button", name="Log out everywhere else")
    asked = page.get_by_role("dialog", name="Please confirm that it is you")
    for is_meant in (False, True):
        await others.click()
        await page.get_by_role("button", name="Yes, log out").click()
        await expect(asked.get_by_label("Your password")).to_be_focused()
        if not is_meant:
            await page.keyboard.press("Escape")
            await expect(asked).to_be_hidden()
            await expect(others).to_be_focused()
    await asked.get_by_label("Your password").fill(person.password)
    await page.keyboard.press("Enter")
    await expect(code_field(page)).to_be_focused()
    await code_field(page).fill(codes[0])  # the app has shown all codes that are good by now
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="The other browser is logged out.")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await expect(page.get_by_text("Only this browser is logged in.")).to_be_visible()


async def test_without_the_phone_a_recovery_code_lets_in_once_and_turns_it_off(
    arrive: Arrive, posted: Posted, watch: Watch
) -> None:
    person = await posted.member()
    _, codes = await enrol(arrive, posted, person)
    page = await (await arrive(posted.product)).new_page()
    watch.expects(401, LOGIN)
    await log_in(page, person)
    await page.get_by_role("button", name="Use a recovery code").click()
    await page.get_by_label("Recovery code", exact=True).fill(codes[0].upper())
    await page.get_by_role("button", name="Go on").click()
    await sees_dashboard(page, person)
    assert "9 are left." in await posted.mail(person, "A recovery code was used")
    await visit(page, "/dashboard/security")
    part = section(page)
    await expect(part.get_by_text("9 recovery codes are left.")).to_be_visible()
    await part.get_by_role("button", name="Turn off").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes, turn it off").click()
    await expect(part.get_by_role("button", name="Turn on two-step log-in")).to_be_visible()
    assert "takes only your password again" in await posted.mail(person, "Two-step log-in is off")


async def test_five_wrong_codes_lead_back_to_the_password(arrive: Arrive, posted: Posted, watch: Watch) -> None:
    person = await posted.member()
    app, _ = await enrol(arrive, posted, person)
    watch.expects(401, LOGIN)
    watch.expects(403, f"{LOGIN}/totp")
    watch.expects(401, f"{LOGIN}/totp")
    page = await (await arrive(posted.product)).new_page()
    await log_in(page, person)
    for tried in range(5):
        await code_field(page).fill(f"00000{tried}")
        async with page.expect_response(f"**{LOGIN}/totp"):
            await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("alert").filter(has_text="Please type your password again")).to_be_visible()
    assert "somebody knows your password" in await posted.mail(person, "Somebody typed your password")
    await expect(page.get_by_label("E-mail")).to_have_value(person.email)
    await expect(password_of(page)).to_be_focused()
    await password_of(page).fill(person.password)
    await log_in_button(page).click()
    watch.expects(429, f"{LOGIN}/totp")  # a pause of a second follows the fifth wrong code, and this may be sooner
    code, status = app.code(), 429
    while status == 429:
        await code_field(page).fill(code)
        async with page.expect_response(f"**{LOGIN}/totp") as answer:
            await page.get_by_role("button", name="Go on").click()
        status = (await answer.value).status
    await sees_dashboard(page, person)


async def test_a_new_password_by_mail_does_not_pass_the_second_step(
    arrive: Arrive, posted: Posted, watch: Watch
) -> None:
    person = await posted.member()
    app, _ = await enrol(arrive, posted, person)
    page = await (await arrive(posted.product)).new_page()
    await page.request.post("/api/v1/auth/forgot", data={"email": person.email})
    await page.goto(f"/reset/#{link_token(await posted.mail(person, 'Choose a new password'), 'reset')}")
    await page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Save the new password").click()
    await page.wait_for_url("**/login/**")
    watch.expects(401, LOGIN)
    await log_in(page, Person(person.email, NEW_PASSWORD))
    await code_field(page).fill(app.code())
    await page.get_by_role("button", name="Go on").click()
    await sees_dashboard(page, person)
