"""Every look that the product has: how to come by it. For the tests of all pages, and for the screenshots."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from playwright.async_api import Page, expect

from tests.e2e.product import Person, Product
from tests.e2e.steps import fill, log_in_button, sees_dashboard, sign_in, sign_in_twice, visit


@dataclass(frozen=True)
class People:
    """Who takes part."""

    subscriber: Person
    member: Person


async def people_of(product: Product) -> People:
    """Fresh ones."""
    return People(await product.subscriber(), await product.member())


Way = Callable[[Page, People], Awaitable[None]]


async def _landing(page: Page, _: People) -> None:
    await visit(page, "/")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def _login(page: Page, _: People) -> None:
    await visit(page, "/login")
    await expect(page.get_by_role("button", name="Log in with a passkey")).to_be_visible()


async def _login_refused(page: Page, people: People) -> None:
    await visit(page, "/login")
    await fill(page, Person(people.subscriber.email, "not the password of ada"))
    await log_in_button(page).click()
    await expect(page.locator("form").get_by_role("alert")).to_contain_text("Invalid credentials")


async def _login_incomplete(page: Page, _: People) -> None:
    await visit(page, "/login")
    await log_in_button(page).click()
    await expect(page.get_by_label("E-mail")).to_be_focused()


async def _signup(page: Page, _: People) -> None:
    await visit(page, "/signup")


async def _signup_refused(page: Page, people: People) -> None:
    await visit(page, "/signup")
    await fill(page, Person(people.subscriber.email, "too short"))
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_label("Password", exact=True)).to_be_focused()


async def _forgot(page: Page, _: People) -> None:
    await visit(page, "/forgot")


async def _reset_without_link(page: Page, _: People) -> None:
    await visit(page, "/reset")
    await expect(page.get_by_role("link", name="Send me a new mail")).to_be_visible()


async def _verify_without_link(page: Page, _: People) -> None:
    await visit(page, "/verify")


async def _settings(page: Page, people: People) -> None:
    await sign_in(page.context, people.subscriber)
    await visit(page, "/dashboard/settings")
    await expect(page.get_by_label("New e-mail address")).to_be_visible()
    await expect(page.get_by_label("Country")).to_be_visible()


async def _dashboard(page: Page, people: People) -> None:
    await _at_the_dashboard(page, people.subscriber)
    await expect(page.get_by_role("button", name="Cancel subscription")).to_be_visible()


async def _dashboard_dialog(page: Page, people: People) -> None:
    await _dashboard(page, people)
    await page.get_by_role("button", name="Cancel subscription").click()
    await _opened(page)


async def _dashboard_unsubscribed(page: Page, people: People) -> None:
    await _at_the_dashboard(page, people.member)
    await expect(page.get_by_text("Not subscribed")).to_be_visible()


async def _security(page: Page, people: People) -> None:
    await sign_in_twice(page.context, people.subscriber)
    await visit(page, "/dashboard/security")
    await expect(page.get_by_role("listitem").filter(has_text="iPhone")).to_be_visible()
    await expect(page.get_by_role("button", name="Turn on two-step log-in")).to_be_visible()


async def _security_dialog(page: Page, people: People) -> None:
    await _security(page, people)
    await page.get_by_role("button", name="Log out everywhere else").click()
    await _opened(page)


async def _activity(page: Page, people: People) -> None:
    await sign_in(page.context, people.subscriber)
    await visit(page, "/dashboard/activity")
    await expect(page.get_by_text("Logged in").first).to_be_visible()


async def _not_found(page: Page, _: People) -> None:
    await visit(page, "/no/such/page")


async def _opened(page: Page) -> None:
    """Wait until the dialog is there and stands still."""
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await dialog.evaluate("(dialog) => Promise.all(dialog.getAnimations().map((moving) => moving.finished)).then()")


async def _at_the_dashboard(page: Page, person: Person) -> None:
    await sign_in(page.context, person)
    await page.goto("/dashboard")
    await sees_dashboard(page, person)


LOOKS: Mapping[str, Way] = {
    "landing": _landing,
    "login": _login,
    "login-refused": _login_refused,
    "login-incomplete": _login_incomplete,
    "signup": _signup,
    "signup-refused": _signup_refused,
    "forgot": _forgot,
    "reset-without-link": _reset_without_link,
    "verify-without-link": _verify_without_link,
    "not-found": _not_found,
    "dashboard": _dashboard,
    "dashboard-dialog": _dashboard_dialog,
    "dashboard-unsubscribed": _dashboard_unsubscribed,
    "security": _security,
    "security-dialog": _security_dialog,
    "activity": _activity,
    "settings": _settings,
}
"""By name. Those without a session come first: one browser can see them all in this order."""

REFUSALS = ((401, "/api/v1/auth/login"), (404, "/no/such/page"))
"""The refusals that belong to them."""


async def settled(page: Page) -> None:
    """Wait until letters and pictures are there, also those further down."""
    await page.evaluate(
        """async () => {
          for (const picture of document.images) picture.loading = "eager";
          await Promise.all([...document.images].map((picture) => picture.decode().catch(() => undefined)));
          await document.fonts.ready;
        }"""
    )
