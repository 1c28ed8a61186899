"""What the translator of a browser does to a page: each text node gives way to elements that hold the translation."""

from playwright.async_api import BrowserContext, Page

# After the page's own script has taken the markup over, which it compares with its own: all, and what comes later.
_TRANSLATOR = """
const skipped = "script, style, noscript, textarea, title, font, svg, [translate=no]";
const wrap = (text) => {
  if (!text.data.trim() || !text.parentElement || text.parentElement.closest(skipped)) return;
  const inner = document.createElement("font");
  inner.textContent = text.data;
  const outer = document.createElement("font");
  outer.append(inner);
  text.replaceWith(outer);
};
const wrapAll = (root) => {
  if (root.nodeType === Node.TEXT_NODE) return wrap(root);
  const texts = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode);
  texts.forEach(wrap);
};
const taken = (element) => Object.keys(element).some((key) => key.startsWith("__react"));
const start = () => {
  const parts = [...document.querySelectorAll("header, header *, main, main *, footer, footer *")];
  const waits = document.readyState !== "complete" || parts.length === 0 || !parts.every(taken);
  if (waits) return requestIdleCallback(start, { timeout: 50 });
  wrapAll(document.body);
  const watched = { subtree: true, childList: true };
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) addedNodes.forEach(wrapAll);
  }).observe(document.body, watched);
  document.documentElement.classList.add("translated-ltr");
};
addEventListener("DOMContentLoaded", start);
"""
_BARE = """() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const bare = [];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (data.trim() && !parentElement.closest("font, script, style, noscript, textarea, title, svg")) bare.push(data);
  }
  return bare;
}"""


async def translate(context: BrowserContext) -> None:
    """Translate every page of this browser, from its next page on. The words stay what they are."""
    await context.add_init_script(f"{{{_TRANSLATOR}}}")


async def is_translated(page: Page) -> None:
    """Wait until no text of the page is where its script has put it."""
    await page.wait_for_selector("html.translated-ltr")
    assert await page.evaluate(_BARE) == []
