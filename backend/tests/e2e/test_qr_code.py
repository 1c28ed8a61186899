"""The QR code of an authenticator app is read from the screen, in each colour scheme that a browser may ask for."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.e2e.product import Product
from tests.e2e.steps import sign_in, visit

SCHEMES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "light, forced colours": {"color_scheme": "light", "forced_colors": "active"},
    "dark, forced colours": {"color_scheme": "dark", "forced_colors": "active"},
}
WHITE, BLACK = "rgb(255, 255, 255)", "rgb(0, 0, 0)"


def texts_in(screenshot: bytes) -> list[str]:
    """The QR codes of a screenshot, by a reader that does not look for light modules on a dark ground."""
    with Image.open(io.BytesIO(screenshot)) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"), try_invert=False)
    return [code.text for code in found if code.format == zxingcpp.BarcodeFormat.QRCode]


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_reader_without_inversion_reads_the_qr_code(arrive: Arrive, product: Product, scheme: str) -> None:
    page = await (await arrive(**SCHEMES[scheme])).new_page()
    await sign_in(page.context, await product.member())
    await visit(page, "/dashboard/security")
    await page.get_by_role("button", name="Turn on two-step log-in").click()
    code = page.get_by_role("img", name="QR code for your authenticator app")
    await expect(code).to_be_visible()
    expected = await page.locator("a[href^='otpauth:']").get_attribute("href")

    assert texts_in(await code.screenshot()) == [expected]
    assert texts_in(await page.screenshot(full_page=True)) == [expected]

    ground = "(code) => getComputedStyle(code).backgroundColor"
    modules = "(code) => getComputedStyle(code.querySelector('path')).fill"
    assert [await code.evaluate(ground), await code.evaluate(modules)] == [WHITE, BLACK]
