"""The page's policies as a real browser enforces them: what is ours runs, and strings do not become scripts."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from doorstep.settings import Settings
from doorstep.web.site import Site
from doorstep.web.site_build import build
from tests.web.app import make_app
from tests.web.server import serving

CHROMIUM = os.environ.get("DOORSTEP_CHROMIUM") or shutil.which("chromium")

# Runs as a chunk of the site, since a script of the test's own would be exempt from the page's policy.
PROBE = """
const tried = {};
const attempt = (name, act) => { try { act(); tried[name] = "done"; } catch { tried[name] = "refused"; } };
const script = (address) => () => { document.createElement("script").src = address; };
attempt("own chunk", script("/_next/static/chunks/other.js"));
attempt("own API", script("/api/twice"));
attempt("own API, disguised", script("/_next/static/../../api/twice"));
attempt("another site", script("https://evil.example/_next/static/x.js"));
attempt("markup", () => { document.body.innerHTML = "<b>x</b>"; });
attempt("eval", () => { eval("1"); });
attempt("another policy", () => { trustedTypes.createPolicy("other", {}); });
attempt("inline handler", () => {
  const inline = document.createElement("div");
  inline.setAttribute("onclick", "tried.handler = 'done'");
  inline.click();
  if (!tried.handler) throw new Error("it did not run");
});
tried["inline hashed"] = window.page ?? "refused";
window.tried = tried;
document.documentElement.dataset.tried = "";
"""


@pytest.mark.e2e
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; `make test` brings one")
async def test_only_our_own_scripts_run(tmp_path: Path, export: Path) -> None:
    (export / "_next/static/chunks/a1b2.js").write_text(PROBE, encoding="utf-8")
    build(export, tmp_path / "site")
    with serving(lambda port: make_app(Settings(port=port), site=Site(tmp_path / "site"))) as port:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = await browser.new_page()
            said: list[str] = []
            page.on("console", lambda message: said.append(message.text))
            await page.goto(f"http://127.0.0.1:{port}/login?next=%2Fdashboard")
            await page.wait_for_selector("html[data-tried]")
            tried = await page.evaluate("window.tried")
            address = page.url
            await browser.close()
    assert address == f"http://localhost:{port}/login?next=%2Fdashboard"
    assert tried == {
        "own chunk": "done",
        "own API": "refused",
        "own API, disguised": "refused",
        "another site": "refused",
        "markup": "refused",
        "eval": "refused",
        "another policy": "refused",
        "inline handler": "refused",
        "inline hashed": "Login",
    }
    assert not [line for line in said if "Permissions-Policy" in line]
