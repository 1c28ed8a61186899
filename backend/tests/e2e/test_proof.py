"""A network that failed too often: the browser proves its work by itself, and the person goes on as if nothing were."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.cluster import Cluster
from tests.e2e.conftest import Arrive
from tests.e2e.product import Person, Product, running_on, somebody
from tests.e2e.steps import fill, log_in_button, password_of, sees_dashboard, tab_to, visit
from tests.e2e.test_looks import page_with_axe, violations
from tests.e2e.watch import Watch

LOGIN = "/api/v1/auth/login"
SIGNUP = "/api/v1/auth/signup"
CHALLENGE = "/api/v1/auth/challenge"
NOTICE = "Checking that you are not a robot"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wary(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """A product that asks everybody for a proof of work after the first attempt, at the cost of the defaults."""
    limits = {
        "DOORSTEP_THROTTLE__NETWORK_FREE": "1",
        "DOORSTEP_THROTTLE__NETWORK_LIMIT": "0",
        "DOORSTEP_THROTTLE__NETWORK_WINDOW": "PT1H",
    }
    async with running_on(cluster, tmp_path_factory.mktemp("wary"), **limits) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def person(wary: Product) -> Person:
    """Somebody with an account; making it was the one attempt that is free."""
    return await wary.member()


def workers_of(page: Page) -> list[str]:
    """The addresses of the workers that the page starts, from now on."""
    started: list[str] = []
    page.on("worker", lambda worker: started.append(worker.url))
    return started


async def test_log_in_by_keyboard_goes_through(arrive: Arrive, wary: Product, person: Person, watch: Watch) -> None:
    watch.expects(428, LOGIN)
    page = await (await arrive(wary)).new_page()
    workers = workers_of(page)
    await visit(page, "/login")
    assert not any("pbkdf2" in address for address in watch.addresses)
    await tab_to(page, page.get_by_label("E-mail"))
    await page.keyboard.type(person.email)
    await tab_to(page, password_of(page))
    await page.keyboard.type(person.password)
    async with page.expect_response(f"**{CHALLENGE}") as challenge:
        await page.keyboard.press("Enter")
    assert (await (await challenge.value).header_value("cache-control")) == "no-store"
    await sees_dashboard(page, person)
    assert [address.startswith(f"{wary.origin}/_next/static/media/pbkdf2.") for address in workers] == [True]
    assert {address for address in watch.addresses if not address.startswith(f"{wary.origin}/")} == set()


async def test_sign_up_goes_through(arrive: Arrive, wary: Product, person: Person, watch: Watch) -> None:
    watch.expects(428, SIGNUP)
    page = await (await arrive(wary)).new_page()
    new = somebody()
    await visit(page, "/signup")
    await fill(page, new)
    await page.get_by_role("button", name="Create account").click()
    await sees_dashboard(page, new)
    assert person != new


async def test_a_wrong_password_after_the_proof_is_told_as_ever(
    arrive: Arrive, wary: Product, person: Person, watch: Watch
) -> None:
    watch.expects(428, LOGIN)
    watch.expects(401, LOGIN)
    page = await (await arrive(wary)).new_page()
    await visit(page, "/login")
    await fill(page, Person(person.email, "not the password of ada"))
    await log_in_button(page).click()
    await expect(page.locator("form").get_by_role("alert")).to_contain_text("Invalid credentials")
    await expect(page.get_by_text(NOTICE)).to_have_count(0)
    await expect(password_of(page)).to_be_focused()
    await fill(page, person)
    await log_in_button(page).click()
    await sees_dashboard(page, person)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_meanwhile_the_form_says_so_politely_and_is_accessible(
    arrive: Arrive, wary: Product, person: Person, watch: Watch, scheme: str
) -> None:
    watch.expects(428, LOGIN)
    page = await page_with_axe(arrive, at=wary, color_scheme=scheme, viewport={"width": 320, "height": 568})
    goes_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await goes_on.wait()
        await route.continue_()

    await page.route(f"**{CHALLENGE}", hold)
    await visit(page, "/login")
    await fill(page, person)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").filter(has_text=NOTICE)).to_be_visible()
    await expect(page.get_by_label("E-mail")).to_have_value(person.email)
    await expect(password_of(page)).to_have_value(person.password)
    await expect(password_of(page)).to_be_focused()
    await expect(log_in_button(page)).to_have_attribute("aria-disabled", "true")
    assert await violations(page) == []
    goes_on.set()
    await sees_dashboard(page, person)
