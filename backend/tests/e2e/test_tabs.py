"""One session in several tabs: refreshing at once, and leaving together."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, Response, expect

from tests.cluster import Cluster
from tests.e2e.conftest import Arrive
from tests.e2e.product import Product, running_on
from tests.e2e.steps import fill, log_in_button, sees_dashboard, sees_login, sign_in, visit
from tests.e2e.watch import Watch

ROUNDS = 20
# The page renews a token that lives no longer than 15 s before every use.
EXPIRED = {"DOORSTEP_TOKENS__ACCESS_TTL": "PT10S"}
NO_GRACE = {"DOORSTEP_SESSIONS__ROTATION_GRACE": "PT0.001S"}
WITHOUT_LOCKS = (
    "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }); delete Navigator.prototype.locks;"
)

# A page that reloads while its refresh is under way, five times, so that the answers are lost. The tab's name counts.
RELOADING = """
const { open, send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function (method, address, ...rest) {
  this.refreshes = String(address).endsWith("/auth/refresh");
  return open.call(this, method, address, ...rest);
};
XMLHttpRequest.prototype.send = function (body) {
  send.call(this, body);
  if (!this.refreshes || window.name.length >= 5) return;
  window.name += "x";
  location.reload();
};
"""


@pytest.fixture
def answers() -> list[int]:
    """The statuses of all answers to a refresh."""
    return []


def note_refreshes(context: BrowserContext, answers: list[int]) -> None:
    def note(response: Response) -> None:
        if response.url.endswith("/auth/refresh"):
            answers.append(response.status)

    context.on("response", note)


async def check_again(page: Page) -> None:
    """Have the dashboard read its facts again, and wait for them."""
    async with page.expect_response("**/api/v1/subscriptions/current") as current:
        # Without the mouse: the pages of a browser in the background are drawn once a second, and it waits for that.
        await page.get_by_role("button", name="Check again").dispatch_event("click")
    assert (await current.value).status == 200


async def two_tabs_refresh(context: BrowserContext, product: Product, answers: list[int]) -> None:
    person = await product.member()
    await sign_in(context, person)
    note_refreshes(context, answers)
    tabs = [await context.new_page(), await context.new_page()]
    for tab in tabs:
        await tab.goto("/dashboard")
        await sees_dashboard(tab, person)
    for _ in range(ROUNDS):
        await asyncio.gather(*(check_again(tab) for tab in tabs))
    for tab in tabs:
        await sees_dashboard(tab, person)
        await tab.reload()
        await sees_dashboard(tab, person)
    await context.close()
    assert set(answers) == {200}
    assert len(answers) >= 2 * ROUNDS


async def test_two_tabs_take_turns(arrive: Arrive, cluster: Cluster, tmp_path: Path, answers: list[int]) -> None:
    # Without grace any two refreshes that overlap end the session.
    async with running_on(cluster, tmp_path, **EXPIRED, **NO_GRACE) as product:
        await two_tabs_refresh(await arrive(product), product, answers)


async def test_two_tabs_that_cannot_take_turns_are_forgiven(
    arrive: Arrive, cluster: Cluster, tmp_path: Path, answers: list[int]
) -> None:
    async with running_on(cluster, tmp_path, **EXPIRED) as product:
        context = await arrive(product)
        await context.add_init_script(WITHOUT_LOCKS)
        await two_tabs_refresh(context, product, answers)


async def test_reloads_that_cut_their_own_refresh_short_are_forgiven(
    arrive: Arrive, product: Product, watch: Watch
) -> None:
    person = await product.member()
    context = await arrive()
    await sign_in(context, person)
    await context.add_init_script(RELOADING)
    tabs = [await context.new_page(), await context.new_page()]
    await asyncio.gather(*(tab.goto("/dashboard", wait_until="commit") for tab in tabs))
    for tab in tabs:
        await sees_dashboard(tab, person)
        assert await tab.evaluate("window.name") == "xxxxx"
    assert len([address for address in watch.addresses if address.endswith("/auth/refresh")]) >= 2


async def test_log_out_reaches_the_other_tab(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    context = await arrive()
    await sign_in(context, person)
    here, there = await context.new_page(), await context.new_page()
    for tab in (here, there):
        await tab.goto("/dashboard")
        await sees_dashboard(tab, person)
    await here.get_by_role("button", name="Log out").click()
    await sees_login(here)
    await sees_login(there)
    assert person.email not in await there.content()
    await expect(there.get_by_text("You are logged out.")).to_be_visible()


async def test_log_in_reaches_the_other_tab(arrive: Arrive, product: Product) -> None:
    person = await product.member()
    context = await arrive()
    here, there = await context.new_page(), await context.new_page()
    await visit(there, "/dashboard")
    await sees_login(there)
    await visit(here, "/login")
    await fill(here, person)
    await log_in_button(here).click()
    await sees_dashboard(here, person)
    await sees_dashboard(there, person)


async def test_somebody_else_in_another_tab_replaces_what_is_on_show(arrive: Arrive, product: Product) -> None:
    first, second = await product.member(), await product.member()
    context = await arrive()
    await sign_in(context, first)
    here, there = await context.new_page(), await context.new_page()
    await here.goto("/dashboard")
    await sees_dashboard(here, first)
    await there.goto("/dashboard")
    await sees_dashboard(there, first)
    await there.get_by_role("button", name="Log out").click()
    await sees_login(here)
    await sees_login(there)
    await fill(there, second)
    await log_in_button(there).click()
    await sees_dashboard(there, second)
    await sees_dashboard(here, second)
    assert first.email not in await here.content()


async def test_a_refused_token_costs_one_refresh_and_one_retry(arrive: Arrive, product: Product, watch: Watch) -> None:
    person = await product.member()
    context = await arrive()
    await sign_in(context, person)
    page = await context.new_page()
    await page.goto("/dashboard")
    await sees_dashboard(page, person)
    watch.expects(401, "/api/v1/subscriptions/current")
    asked = watch.addresses.copy()

    # The first one arrives with a token that the server does not believe. The route then stays: while Chromium leaves
    # off intercepting, Playwright may miss a request that the page makes.
    disbelieved = iter([{"authorization": "Bearer eyJ.eyJ.x"}])
    await page.route(
        "**/api/v1/subscriptions/current",
        lambda route, request: route.continue_(headers={**request.headers, **next(disbelieved, {})}),
    )
    async with page.expect_response(
        lambda response: response.url.endswith("/subscriptions/current") and response.status == 200
    ):
        await page.get_by_role("button", name="Check again").click()
    await sees_dashboard(page, person)
    # Of the API: the page may also fetch ahead what other pages are made of.
    since = [address.rsplit("/", 1)[-1] for address in watch.addresses[len(asked) :] if "/api/" in address]
    assert sorted(since) == ["current", "current", "refresh"]
