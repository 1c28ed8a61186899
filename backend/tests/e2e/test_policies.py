"""What the browser enforces on our pages: scripts, strings, frames; and that the watch over it sees."""

from playwright.async_api import Browser, Page

from tests.e2e.product import Product
from tests.e2e.steps import visit
from tests.e2e.watch import Watch

PAGES = ("/", "/login", "/signup", "/dashboard", "/no/such/page")
TRY = """() => {
  const tried = {};
  const attempt = (name, act) => { try { act(); tried[name] = "done"; } catch { tried[name] = "refused"; } };
  attempt("markup", () => { document.createElement("div").innerHTML = "<b>x</b>"; });
  attempt("address of a script", () => { document.createElement("script").src = "https://evil.example/x.js"; });
  attempt("policy", () => { trustedTypes.createPolicy("other", {}); });
  return tried;
}"""
PLANT = """() => new Promise((done, giveUp) => {
  setTimeout(() => giveUp(new Error("nothing was refused")), 20_000);
  document.addEventListener("securitypolicyviolation", () => done(), { once: true });
  const picture = document.createElement("img");
  picture.src = "https://evil.example/x.png";
  document.body.append(picture);
})"""


async def test_trusted_types_are_in_force_on_every_page(browser: Browser, product: Product) -> None:
    # No watch: the attempts are violations.
    context = await browser.new_context(base_url=product.origin)
    page = await context.new_page()
    for path in PAGES:
        answer = await page.goto(path)
        assert answer is not None
        policy = (await answer.all_headers())["content-security-policy"]
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert set((await page.evaluate(TRY)).values()) == {"refused"}, path
    await context.close()


async def test_the_watch_sees_a_violation_an_error_and_a_throw(browser: Browser, product: Product) -> None:
    watch = Watch()
    context = await browser.new_context(base_url=product.origin)
    await watch.over(context)
    page = await context.new_page()
    await visit(page, "/login")
    assert watch.complaints() == []
    await page.evaluate(PLANT)
    async with context.expect_event("weberror"):
        await page.evaluate("() => { setTimeout(() => { throw new Error('planted'); }); }")
    async with context.expect_event("console", lambda message: message.text == "planted too"):
        await page.evaluate("() => console.error('planted too')")
    await context.close()
    found = " | ".join(watch.complaints())
    for planted in ("img-src refuses https://evil.example/x.png", "planted", "planted too"):
        assert planted in found


async def test_no_other_site_may_frame_the_pages(browser: Browser, product: Product, page: Page) -> None:
    answer = await page.goto("/login")
    assert answer is not None
    headers = await answer.all_headers()
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
