"""The server goes and comes back: nothing that was typed is lost, and whoever was logged in still is."""

from pathlib import Path

from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import running
from tests.e2e.steps import fill, log_in_button, sees_dashboard, visit
from tests.e2e.watch import Watch

GONE = "net::ERR_CONNECTION_REFUSED"


async def test_a_restart_signs_nobody_out(arrive: Arrive, watch: Watch, tmp_path: Path) -> None:
    for path in ("auth/login", "auth/refresh", "subscriptions/current", "users/me"):
        watch.expects(GONE, f"/api/v1/{path}")
    watch.expects_of_what_is_fetched_ahead(GONE)
    # The embedded database: its data, its keys and its secret all come from the data directory.
    async with running(tmp_path) as product:
        person = await product.member()
        context = await arrive(product)
        page = await context.new_page()
        await visit(page, "/login")
        await fill(page, person)
        assert await product.stop() == 0
        await log_in_button(page).click()
        await expect(page.locator("form").get_by_role("alert")).to_contain_text("We cannot be reached from here")
        await product.start()
        await log_in_button(page).click()
        await sees_dashboard(page, person)

        assert await product.stop() == 0
        await page.get_by_role("button", name="Check again").click()
        await expect(page.get_by_role("alert").filter(has_text="We could not fetch your subscription")).to_be_visible()
        await expect(page.get_by_role("button", name="Log out")).to_be_visible()
        await product.start()
        # The token in memory is still believed, and so is the cookie.
        await page.get_by_role("button", name="Try again").click()
        await sees_dashboard(page, person)
        await page.reload()
        await sees_dashboard(page, person)
        await context.close()
