"""Fixtures of the browser tests: one browser and one served product for all, fresh cookies for each."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.cluster import Cluster
from tests.e2e.product import FLAGS, Product, running_on
from tests.e2e.watch import Watch

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("DOORSTEP_CHROMIUM") or shutil.which("chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives the browser, which lives on one event loop from the first test to the last."""
    missing = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; `make test` brings one")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.e2e)
            item.add_marker(missing)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """The product that most tests share; each makes its own people."""
    async with running_on(cluster, tmp_path_factory.mktemp("product")) as running:
        yield running


@pytest.fixture
def watch() -> Watch:
    return Watch()


class Arrive(Protocol):
    """Opens a browser context, as a fresh browser would be."""

    def __call__(self, at: Product | None = None, /, **options: object) -> Awaitable[BrowserContext]: ...


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(browser: Browser, product: Product, watch: Watch) -> AsyncIterator[Arrive]:
    """Makes browser contexts, and lets the test fail when one of their pages complained of anything.

    A test that stops its own product closes its context first: pages are fetched ahead at any time.
    """
    opened: list[BrowserContext] = []

    async def make(at: Product | None = None, /, **options: object) -> BrowserContext:
        given: dict[str, object] = {"base_url": (at or product).origin, "locale": "en-US", **options}
        new: Callable[..., Awaitable[BrowserContext]] = browser.new_context
        context = await new(**given)
        context.set_default_timeout(20_000)
        await watch.over(context)
        opened.append(context)
        return context

    yield make
    for context in opened:
        await context.close()
    assert watch.complaints() == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(arrive: Arrive) -> Page:
    """A page in a fresh browser."""
    return await (await arrive()).new_page()
