"""Takes the pictures of `docs/screenshots/`: each page, on a phone and a desktop, light and dark. `make screenshots`.

The product runs as people start it, on a data directory of its own, and the pages are reached as the browser tests
reach them (`tests/e2e/tour.py`).
"""

import asyncio
import itertools
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, async_playwright

BACKEND = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BACKEND))

from tests.e2e.product import FLAGS, Person, Product, running  # noqa: E402 -- found by the line above
from tests.e2e.tour import LOOKS, People, settled  # noqa: E402 -- as above

TARGET = BACKEND.parent / "docs" / "screenshots"
SIZES: Mapping[str, tuple[int, int]] = {"phone": (390, 844), "desktop": (1280, 900)}
SCHEMES = ("light", "dark")
LEFT_OUT = frozenset(
    {
        *("login-incomplete", "login-refused", "signup-refused", "security-dialog"),
        *("reset-without-link", "verify-without-link"),
    }
)
WHOLE = frozenset({"security", "settings"})  # longer than a screen, and worth it
LARGEST = 5_500_000  # bytes of all pictures


async def picture_all(product: Product, browser: Browser) -> None:
    """One browser for each size and scheme, which goes through all looks."""
    people = People(Person("ada@example.com"), Person("grace@example.com"))
    for person in (people.subscriber, people.member):
        await product.sign_up(person)
    await product.grant(people.subscriber)
    for (size, (width, height)), scheme in itertools.product(SIZES.items(), SCHEMES):
        context = await browser.new_context(
            base_url=product.origin,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            locale="en-US",
            timezone_id="UTC",
        )
        page = await context.new_page()
        for name, go in LOOKS.items():
            if name in LEFT_OUT:
                continue
            await go(page, people)
            await settled(page)
            await page.screenshot(
                path=TARGET / f"{name}-{size}-{scheme}.png",
                full_page=name in WHOLE,
                animations="disabled",
                caret="hide",
            )
        await context.close()


async def main() -> int:
    """Take them all; 1 when they have become too large to keep."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with TemporaryDirectory(prefix="doorstep-screenshots-") as home:
        async with running(Path(home)) as product, async_playwright() as playwright:
            found = os.environ.get("DOORSTEP_CHROMIUM") or shutil.which("chromium")
            browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
            await picture_all(product, browser)
            await browser.close()
    pictures = list(TARGET.iterdir())
    total = sum(picture.stat().st_size for picture in pictures)
    print(f"{len(pictures)} pictures in {TARGET}, {total / 1e6:.1f} MB")
    return 1 if total > LARGEST else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
