"""What holds for every page: accessible, readable on the narrowest phone, calm where calm was asked for."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Product
from tests.e2e.steps import visit
from tests.e2e.tour import LOOKS, REFUSALS, People, people_of, settled
from tests.e2e.watch import Watch

AXE = Path(__file__).parents[3] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESKTOP, NARROWEST = (
    {"width": width, "height": height} for width, height in ((390, 844), (1280, 900), (320, 568))
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  const told = ({ html, failureSummary }) => `${html} ${failureSummary}`;
  return JSON.stringify(violations.map(({ id, nodes }) => [id, ...nodes.map(told)]));
}"""
# What sticks out sideways, unless something on the way up to it clips or scrolls it.
STICKS_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  const clipped = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  };
  const out = [...document.body.querySelectorAll("*")].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (right > wide + 1 || left < -1) && !clipped(element);
  });
  return [document.documentElement.scrollWidth - wide, ...out.map((element) => element.outerHTML.slice(0, 120))];
}"""


# Where lines break and boxes stand, and whether a face that is made to the measure of ours is there to stand in.
WHERE = """() => [...document.querySelectorAll("header, h1, h2, p, main a, form")].map((element) => {
  const { top, height } = element.getBoundingClientRect();
  return [element.textContent.slice(0, 40), Math.round(top), Math.round(height)];
})"""
HAS_STAND_IN = """() => {
  const names = ["Arial Bold", "Arial-BoldMT", "Liberation Sans Bold", "Arimo Bold", "Roboto Bold"];
  const bold = new FontFace("bold", names.map((name) => `local("${name}")`).join(", "));
  return bold.load().then(() => true, () => false);
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(product: Product) -> AsyncIterator[People]:
    yield await people_of(product)


@pytest.fixture(autouse=True)
def refusals_of_the_tour(watch: Watch) -> None:
    for refusal in REFUSALS:
        watch.expects(*refusal)


async def violations(page: Page) -> list[list[str]]:
    """What axe finds on the page as it is."""
    found: list[list[str]] = json.loads(await page.evaluate(RUN_AXE, RULES))
    return found


async def page_with_axe(arrive: Arrive, at: Product | None = None, **options: object) -> Page:
    context = await arrive(at, **options)
    # Comes by the browser's own debugger, so the page's policies stay as strict as ever.
    await context.add_init_script(path=AXE)
    return await context.new_page()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_axe_finds_nothing(arrive: Arrive, people: People, scheme: str, size: dict[str, int]) -> None:
    page = await page_with_axe(arrive, color_scheme=scheme, reduced_motion="reduce", viewport=size)
    found = {}
    for name, go in LOOKS.items():
        await go(page, people)
        found[name] = await violations(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


async def test_axe_would_find_something(arrive: Arrive, people: People) -> None:
    page = await page_with_axe(arrive)
    for name in ("login-refused", "dashboard", "dashboard-dialog"):
        await LOOKS[name](page, people)
        await page.evaluate(
            """() => {
              const place = document.querySelector("dialog[open] p") ?? document.querySelector("form, main dl");
              const button = document.createElement("button");
              const pale = document.createElement("p");
              pale.textContent = "Hardly readable";
              pale.style.setProperty("color", "#cfcac2");
              pale.style.setProperty("background", "#ffffff");
              place.after(button, pale);
            }"""
        )
        assert {"button-name", "color-contrast"} <= {fault[0] for fault in await violations(page)}, name


async def test_nothing_sticks_out_on_the_narrowest_phone(arrive: Arrive, people: People) -> None:
    page = await (await arrive(viewport=NARROWEST, reduced_motion="reduce")).new_page()
    found = {}
    for name, go in LOOKS.items():
        await go(page, people)
        await settled(page)
        found[name] = await page.evaluate(STICKS_OUT)
    assert {name: wide for name, wide in found.items() if wide != [0]} == {}

    await page.evaluate("() => { document.querySelector('h1').style.setProperty('width', '400px'); }")
    assert await page.evaluate(STICKS_OUT) != [0]


async def test_one_heading_and_a_title_of_its_own_on_each_page(arrive: Arrive, people: People) -> None:
    page = await (await arrive()).new_page()
    titles = []
    for name in ("landing", "login", "signup", "not-found", "dashboard", "security", "activity"):
        await LOOKS[name](page, people)
        await expect(page.locator("h1")).to_have_count(1)
        titles.append(await page.title())
    assert len(set(titles)) == len(titles)
    assert all(titles)


async def test_motion_is_left_out_for_those_who_ask(arrive: Arrive, people: People) -> None:
    moving = """() => [
      getComputedStyle(document.documentElement).scrollBehavior,
      parseFloat(getComputedStyle(document.querySelector("dialog")).animationDuration) > 0.001,
    ]"""
    for wish, expected in (("no-preference", ["smooth", True]), ("reduce", ["auto", False])):
        page = await (await arrive(reduced_motion=wish)).new_page()
        await LOOKS["dashboard-dialog"](page, people)
        assert await page.evaluate(moving) == expected, wish
        running = "() => document.getAnimations().filter(({ playState }) => playState === 'running').length"
        assert await page.evaluate(running) == 0


async def test_an_unknown_address_says_so_and_leads_home(page: Page, product: Product) -> None:
    answer = await page.goto("/no/such/page")
    assert answer is not None
    assert answer.status == 404
    await visit(page, "/no/such/page")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Nobody lives at this address")
    await page.get_by_role("link", name="Back to the front door").click()
    await page.wait_for_url(f"{product.origin}/")


@pytest.mark.parametrize("path", ["/", "/login"])
async def test_nothing_moves_when_the_letters_come_late(arrive: Arrive, path: str) -> None:
    stood = {}
    for letters in ("come", "never come"):
        context = await arrive(viewport=PHONE)
        page = await context.new_page()
        if letters == "never come":
            # Not a face: the browser only warns, where a refusal would be an error.
            await page.route("**/*.woff2", lambda route: route.fulfill(content_type="font/woff2", body="late"))
        await visit(page, path)
        await page.evaluate("document.fonts.ready")
        if not await page.evaluate(HAS_STAND_IN):
            pytest.skip("neither Arial, Liberation Sans nor Roboto is on this machine")
        stood[letters] = await page.evaluate(WHERE)
    assert len(stood["come"]) > 5
    assert stood["never come"] == stood["come"]


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("path", ["/login", "/signup", "/forgot"])
async def test_the_heading_does_not_wait_for_what_stands_below(arrive: Arrive, path: str, size: dict[str, int]) -> None:
    """A page may be painted when half of it is there, and an answer may need another line."""
    page = await (await arrive(viewport=size)).new_page()
    await visit(page, path)
    top = "document.querySelector('h1').getBoundingClientRect().top"
    stood = await page.evaluate(top)
    below = page.locator("main > :has(h1) ~ *")
    assert await below.count() > 0
    await below.evaluate_all("(elements) => elements.forEach(({ style }) => (style.display = 'none'))")
    assert await page.evaluate(top) == stood
