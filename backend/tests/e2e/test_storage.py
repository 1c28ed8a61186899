"""Where the tokens are: one in memory, one in a cookie that no script reads, none anywhere else."""

import re
import time

import pytest
from playwright.async_api import BrowserContext, Page

from tests.e2e.conftest import Arrive
from tests.e2e.product import Product
from tests.e2e.steps import fill, log_in, log_in_button, sees_dashboard, sees_login, visit
from tests.e2e.watch import Watch

# The beginning of every JWT, `{"` in base64url.
TOKEN = re.compile(r"eyJ[\w-]{8,}")
EVERYTHING = """async () => JSON.stringify({
  local: { ...localStorage },
  session: { ...sessionStorage },
  databases: await indexedDB.databases(),
  caches: await caches.keys(),
  cookie: document.cookie,
  window: window.name,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  history: history.state,
  directory: await (async () => {
    const names = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
    return names;
  })(),
})"""


async def kept(page: Page) -> str:
    """All that a script of the page can find in the browser's stores."""
    everything: str = await page.evaluate(EVERYTHING)
    return everything


async def test_no_storage_ever_holds_a_token(arrive: Arrive, product: Product, watch: Watch) -> None:
    person = await product.member()
    context = await arrive()
    page = await context.new_page()
    async with page.expect_response("**/auth/login") as answer:
        await log_in(page, person)
    tokens = [(await (await answer.value).json())["access_token"]]
    await sees_dashboard(page, person)
    async with page.expect_response("**/auth/refresh") as answer:
        await page.reload()
    tokens.append((await (await answer.value).json())["access_token"])
    await sees_dashboard(page, person)
    cookies = [cookie["value"] for cookie in await context.cookies()]
    assert len(set(tokens)) == 2
    assert all(TOKEN.search(token) for token in tokens)
    found = await kept(page)
    assert re.search(r'"local":\{\},"session":\{\},"databases":\[\],"caches":\[\],"cookie":""', found), found
    shown = await page.content()
    for secret in (*tokens, *cookies, person.password):
        assert secret not in found
        assert secret not in shown
        assert not [address for address in watch.addresses if secret in address]
    assert not TOKEN.search(found + shown + " ".join(watch.addresses))

    await page.get_by_role("button", name="Log out").click()
    await sees_login(page)
    assert f"doorstep-local-{product.port}" not in {cookie["name"] for cookie in await context.cookies()}
    assert person.email not in await kept(page)


async def test_the_inspection_would_find_a_token(page: Page) -> None:
    await visit(page, "/login")
    for plant in (
        "localStorage.setItem('session', 'eyJhbGciOiJFUzI1NiJ9')",
        "sessionStorage.setItem('session', 'eyJhbGciOiJFUzI1NiJ9')",
        "document.cookie = 'session=eyJhbGciOiJFUzI1NiJ9; path=/'",
        "caches.open('eyJhbGciOiJFUzI1NiJ9')",
        "new Promise((done) => { indexedDB.open('eyJhbGciOiJFUzI1NiJ9').onsuccess = done; }).then(() => 1)",
    ):
        before = len(TOKEN.findall(await kept(page)))
        await page.evaluate(plant)
        assert len(TOKEN.findall(await kept(page))) == before + 1, plant


async def cookie_after(context: BrowserContext, product: Product, *, remember: bool) -> dict[str, object]:
    """The refresh cookie as the browser keeps it after a log-in."""
    page = await context.new_page()
    person = await product.member()
    await visit(page, "/login")
    await fill(page, person)
    await page.get_by_label("Keep me logged in").set_checked(remember)
    await log_in_button(page).click()
    await sees_dashboard(page, person)
    (cookie,) = [cookie for cookie in await context.cookies() if cookie["name"] == f"doorstep-local-{product.port}"]
    return dict(cookie)


async def test_the_cookie_ends_with_the_browser(arrive: Arrive, product: Product) -> None:
    cookie = await cookie_after(await arrive(), product, remember=False)
    flags = ("domain", "path", "httpOnly", "secure", "sameSite", "expires")
    assert [cookie[flag] for flag in flags] == ["localhost", "/", True, False, "Strict", -1]


async def test_the_cookie_stays_for_weeks_if_wanted(arrive: Arrive, product: Product) -> None:
    cookie = await cookie_after(await arrive(), product, remember=True)
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    expires = cookie["expires"]
    assert isinstance(expires, float)
    assert expires - time.time() == pytest.approx(14 * 86_400, abs=120)


async def test_nothing_private_is_in_the_exported_pages(arrive: Arrive, product: Product) -> None:
    person = await product.subscriber()
    context = await arrive()
    page = await context.new_page()
    await log_in(page, person)
    await sees_dashboard(page, person)
    for path in ("/", "/login", "/signup", "/dashboard"):
        answer = await context.request.get(path)
        text = await answer.text()
        assert not TOKEN.search(text)
        assert person.email not in text
    assert "Cancel subscription" not in text
    assert "Your account" in text
