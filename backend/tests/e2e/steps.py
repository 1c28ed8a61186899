"""What people do, step by step, and how they see that it worked."""

import re
from urllib.parse import urlsplit

from playwright.async_api import APIResponse, BrowserContext, Locator, Page, expect

from tests.e2e.product import Person

# A submit before React has taken the form over is the browser's own.
_TAKEN_OVER = """() => new Promise((done, giveUp) => {
  setTimeout(() => giveUp(new Error("the page's script did not take it over")), 20_000);
  const look = () => {
    const part = document.querySelector("form") ?? document.querySelector("main");
    if (part && Object.keys(part).some((key) => key.startsWith("__react"))) done();
    else requestAnimationFrame(look);
  };
  look();
})"""
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1"
# Expectations wait this long (ms): a busy machine is no defect.
expect.set_options(timeout=20_000)


async def visit(page: Page, path: str) -> None:
    """Open a page and wait until it listens."""
    await page.goto(path)
    await page.evaluate(_TAKEN_OVER)


async def fill(page: Page, person: Person) -> None:
    await page.get_by_label("E-mail").fill(person.email)
    await password_of(page).fill(person.password)


def password_of(page: Page) -> Locator:
    return page.get_by_label("Password", exact=True)


def log_in_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Log in", exact=True)


async def log_in(page: Page, person: Person, path: str = "/login") -> None:
    """Log in by the form, without waiting for what comes of it."""
    await visit(page, path)
    await fill(page, person)
    await log_in_button(page).click()


async def sign_in(context: BrowserContext, person: Person) -> None:
    """Give the browser a session without the form: for tests of what comes after."""
    body = {"email": person.email, "password": person.password}
    answer: APIResponse = await context.request.post("/api/v1/auth/login", data=body)
    assert answer.ok, await answer.text()


def path_of(page: Page) -> str:
    """The path of the page's address, without the slash at its end."""
    return urlsplit(page.url).path.rstrip("/")


async def sign_in_twice(context: BrowserContext, person: Person) -> None:
    """Log the person in here and on a phone, and nowhere else."""
    body = {"email": person.email, "password": person.password}
    answer = await context.request.post("/api/v1/auth/login", data=body)
    bearer = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
    others = await context.request.delete("/api/v1/sessions", headers=bearer)
    assert others.ok, await others.text()
    assert context.browser is not None
    phone = await context.browser.new_context(base_url=answer.url, user_agent=IPHONE)
    await sign_in(phone, person)
    await phone.close()


async def sees_dashboard(page: Page, person: Person) -> None:
    await page.wait_for_url(re.compile(r"/dashboard/?$"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your subscription")
    await expect(page.get_by_role("main").locator("dl").get_by_text(person.email)).to_be_visible()


async def sees_login(page: Page) -> None:
    await page.wait_for_url(re.compile(r"/login/?(\?.*)?$"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


async def tab_to(page: Page, target: Locator, most: int = 30) -> None:
    """Press Tab until `target` has the focus."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        if await target.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached by Tab")
