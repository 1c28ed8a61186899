"""A log-in that cannot be done just now: says so, keeps what was typed, and works when the trouble is over."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.cluster import Cluster
from tests.e2e.conftest import Arrive
from tests.e2e.outage import product_with_a_wire
from tests.e2e.product import Person, Product
from tests.e2e.steps import fill, log_in_button, password_of, sees_dashboard, sign_in, visit
from tests.e2e.watch import Watch

OFFLINE = "net::ERR_INTERNET_DISCONNECTED"
LOGIN = "/api/v1/auth/login"
MOST_TRIES = 30


async def expect_kept(page: Page, person: Person) -> None:
    await expect(page.get_by_label("E-mail")).to_have_value(person.email)
    await expect(password_of(page)).to_have_value(person.password)


async def test_offline_keeps_the_input_and_says_so(page: Page, product: Product, watch: Watch) -> None:
    person = await product.member()
    watch.expects(OFFLINE, LOGIN)
    watch.expects_of_what_is_fetched_ahead(OFFLINE)
    async with page.expect_response("**/auth/passkey/options"):  # asked for by itself, when the form is there
        await visit(page, "/login")
    await fill(page, person)
    await page.context.set_offline(offline=True)
    await log_in_button(page).click()
    await expect(page.locator("form").get_by_role("alert")).to_contain_text("We cannot be reached from here")
    await expect_kept(page, person)
    await page.context.set_offline(offline=False)
    await log_in_button(page).click()
    await sees_dashboard(page, person)


async def test_a_database_that_is_away_is_told_and_waited_for(
    arrive: Arrive, watch: Watch, cluster: Cluster, tmp_path: Path
) -> None:
    for path in ("/auth/login", "/auth/refresh", "/users/me", "/subscriptions/current"):
        watch.expects(503, f"/api/v1{path}")
    async with product_with_a_wire(cluster, tmp_path) as (product, wire):
        person = await product.member()
        context = await arrive(product)
        page = await context.new_page()
        await visit(page, "/login")
        await fill(page, person)
        await wire.down()
        await log_in_button(page).click()
        alert = page.locator("form").get_by_role("alert")
        await expect(alert).to_contain_text("We cannot reach our records just now")
        await expect_kept(page, person)
        # The server asked for two seconds.
        await expect(alert).to_contain_text("You can try again now")
        await wire.up()
        await log_in_button(page).click()
        await sees_dashboard(page, person)

        # Somebody who reloads meanwhile is not logged out either: the page waits and goes on by itself.
        await wire.down()
        await page.reload()
        await expect(page.get_by_text("You have not been logged out. We keep trying.")).to_be_visible()
        await wire.up()
        await sees_dashboard(page, person)
        await context.close()


async def until_too_many_attempts(page: Page, person: Person, watch: Watch) -> None:
    """Guess the password until that is slowed down."""
    watch.expects(401, LOGIN)
    watch.expects(429, LOGIN)
    await visit(page, "/login")
    await page.get_by_label("E-mail").fill(person.email)
    alert = page.locator("form").get_by_role("alert")
    for _ in range(MOST_TRIES):
        await password_of(page).fill("not the password of ada")
        async with page.expect_response(f"**{LOGIN}") as answer:
            await page.keyboard.press("Enter")
        if (await answer.value).status == 429:
            break
        await expect(alert).to_contain_text("Invalid credentials")
    else:
        pytest.fail("guessing is not slowed down")
    await expect(alert).to_contain_text("Too many attempts")


async def test_too_many_attempts_are_counted_down(page: Page, product: Product, watch: Watch) -> None:
    person = await product.member()
    await until_too_many_attempts(page, person, watch)
    alert = page.locator("form").get_by_role("alert")
    await expect(page.get_by_label("E-mail")).to_have_value(person.email)
    await expect(alert).to_contain_text("You can try again now")
    await password_of(page).fill(person.password)
    await log_in_button(page).click()
    await sees_dashboard(page, person)


async def test_log_out_that_the_server_does_not_hear_is_not_pretended(
    arrive: Arrive, product: Product, watch: Watch
) -> None:
    person = await product.member()
    watch.expects(OFFLINE, "/api/v1/auth/logout")
    watch.expects_of_what_is_fetched_ahead(OFFLINE)
    context = await arrive()
    await sign_in(context, person)
    page = await context.new_page()
    await page.goto("/dashboard")
    await sees_dashboard(page, person)
    await context.set_offline(offline=True)
    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_role("alert").filter(has_text="You are still logged in.")).to_be_visible()
    await context.set_offline(offline=False)
    await page.get_by_role("button", name="Log out").click()
    await page.wait_for_url("**/login/**")
