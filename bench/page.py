"""The log-in page: its bytes, the time until its form can be used on a slow processor, and what Lighthouse says."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from bench.driving import ROOT
from bench.figures import Table
from bench.quiet import wait_until_quiet
from bench.served import Served, make_users, served

_PATH: Final = "/login/"
_HREF: Final = re.compile(r'\bhref="([^"?]+)')
_SLOWER: Final = 4
_VISITS: Final = 5
_LIGHTHOUSE: Final = ROOT / "bench" / "lighthouse"
_CATEGORIES: Final = {"performance": 95.0, "accessibility": 100.0, "best-practices": 100.0, "seo": 100.0}
_UNRECORDED: Final = "NO_NAVSTART"
"""How Lighthouse says that it saw no beginning of the visit and measured nothing; it asks for another."""
_TIMES: Final = {
    "first-contentful-paint": "ms",
    "largest-contentful-paint": "ms",
    "total-blocking-time": "ms",
    "speed-index": "ms",
    "cumulative-layout-shift": "",
}
_FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")

# The form can be used when its own code answers: the button that shows the password changes the kind of its field.
_WATCH: Final = """
(() => {
  const look = () => {
    const button = document.querySelector('main form button[aria-pressed]');
    if (button && button.getAttribute('aria-pressed') === 'true') { window.usable = performance.now(); return; }
    button?.click();
    setTimeout(look, 10);
  };
  look();
})();
"""


def measure(place: Path, repeats: int, patience: float) -> list[Table]:
    """Bytes and times of `/login`; then Lighthouse, which is installed when this is asked for."""
    make_users(place / "data", 1)
    browser = _run([sys.executable, "scripts/find_chromium.py"], ROOT).strip()
    with served(place / "data", {}) as server:
        wait_until_quiet(patience)
        return [_login(server, browser, repeats), _lighthouse(server, browser, patience)]


def _login(server: Served, browser: str, repeats: int) -> Table:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=list(_FLAGS))
        version = chromium.version
        visits = [_usable_after(chromium, server.port) for _ in range(max(_VISITS, repeats))]
        chromium.close()
    table = Table(
        "page",
        "The log-in page",
        "Bytes of what `/login` starts with, as they are served: brotli, but for the fonts, which are compressed "
        f"already; and in Chromium {version} with an empty cache, its processor {_SLOWER} times slower, the time from "
        "the start of the navigation until the form's own code answers a click. No network is between.",
    )
    scripts, styles, fonts = _named(_fetched(server.port, _PATH, "identity").decode())
    table.add(
        f"scripts of /login, brotli ({len(scripts)} files)",
        "kB",
        [_kilobytes(server.port, scripts, "br")],
        at_most=150,
    )
    table.add("HTML of /login, brotli", "kB", [_kilobytes(server.port, {_PATH}, "br")])
    table.add("styles of /login, brotli", "kB", [_kilobytes(server.port, styles, "br")])
    table.add(f"fonts of /login ({len(fonts)} files)", "kB", [_kilobytes(server.port, fonts, "identity")])
    table.add(f"usable form at {_SLOWER}x slower", "ms", visits)
    return table


def _named(page: str) -> tuple[set[str], set[str], set[str]]:
    """What a page starts with: its scripts, its styles and its fonts."""
    scripts = {
        found[1]
        for tag in re.findall(r"<script\b[^>]*>", page)
        if "nomodule" not in tag.lower() and (found := re.search(r'\bsrc="([^"?]+)', tag))
    }
    styles, fonts = (
        {found[1] for tag in re.findall(r"<link\b[^>]*>", page) if mark in tag and (found := _HREF.search(tag))}
        for mark in ('rel="stylesheet"', 'as="font"')
    )
    if not scripts or not styles or not fonts:
        raise RuntimeError("/login names no scripts, styles or fonts: the measurement cannot be right")
    return scripts, styles, fonts


def _kilobytes(port: int, paths: set[str], encoding: str) -> float:
    return sum(len(_fetched(port, path, encoding)) for path in paths) / 1000


def _fetched(port: int, path: str, encoding: str) -> bytes:
    asked = urllib.request.Request(f"http://localhost:{port}{path}", headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 -- our own server
        if answer.headers.get("Content-Encoding", "identity") != encoding:
            raise RuntimeError(f"{path} was not served as {encoding}")
        read: bytes = answer.read()
        return read


def _usable_after(chromium: Browser, port: int) -> float:
    context = chromium.new_context(viewport={"width": 412, "height": 823})
    try:
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
        page.add_init_script(_WATCH)
        page.goto(f"http://localhost:{port}/login")
        page.wait_for_function("window.usable > 0", timeout=60_000)
        return float(page.evaluate("window.usable"))
    finally:
        context.close()


def _lighthouse(server: Served, browser: str, patience: float) -> Table:
    if not (_LIGHTHOUSE / "node_modules" / ".package-lock.json").exists():
        print("  bringing Lighthouse", flush=True)
        _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], _LIGHTHOUSE)
    version = json.loads((_LIGHTHOUSE / "node_modules/lighthouse/package.json").read_text())["version"]
    table = Table(
        "lighthouse",
        "Lighthouse",
        f"Lighthouse {version}, its mobile profile (a slow phone on a slow network, simulated), the median of "
        f"{_VISITS} visits each.",
    )
    for path in ("/", "/login"):
        scores: dict[str, list[float]] = {name: [] for name in _CATEGORIES}
        times: dict[str, list[float]] = {name: [] for name in _TIMES}
        complaints: set[str] = set()
        for _ in range(_VISITS):
            wait_until_quiet(patience)
            report = _report(f"http://localhost:{server.port}{path}", browser)
            for name, waits in times.items():
                waits.append(float(str(report["audits"][name]["numericValue"])))
            for name, all_scores in scores.items():
                all_scores.append(100 * float(str(report["categories"][name]["score"] or 0)))
                complaints |= set(_complaints(report, name)) if name != "performance" else set()
        for name, least in _CATEGORIES.items():
            table.add(f"{path}: {name}", "", scores[name], at_least=least)
        for name, waits in times.items():
            table.add(f"{path}: {name}", _TIMES[name], waits)
        if any(median(scores[name]) < 100 for name in scores if name != "performance"):
            print("\n".join(f"  {path}: {complaint}" for complaint in sorted(complaints)), flush=True)
    return table


def _complaints(report: dict[str, dict[str, dict[str, object]]], category: str) -> list[str]:
    """What this category is not content with."""
    named = report["categories"][category]["auditRefs"]
    assert isinstance(named, list)  # noqa: S101 -- Lighthouse's format
    audits = [report["audits"][each["id"]] for each in named if each["weight"]]
    return [f"{category}: {audit['title']}" for audit in audits if audit["score"] not in {1, None}]


def _report(url: str, browser: str) -> dict[str, dict[str, dict[str, object]]]:
    with TemporaryDirectory(prefix="doorstep-lighthouse-") as directory:
        place = Path(directory) / "report.json"
        program = _LIGHTHOUSE / "node_modules" / ".bin" / "lighthouse"
        flags = f"--chrome-flags=--headless=new {' '.join(_FLAGS)}"
        arguments = ("--quiet", "--no-enable-error-reporting", "--output=json", f"--output-path={place}", flags)
        visit = partial(_run, [str(program), url, *arguments], ROOT, {"CHROME_PATH": browser})
        try:
            visit()
        except RuntimeError as error:
            if _UNRECORDED not in str(error):
                raise
            visit()
        told: dict[str, dict[str, dict[str, object]]] = json.loads(place.read_text())
        return told


def _run(command: list[str], place: Path, variables: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=place,
        env=dict(os.environ) | (variables or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return done.stdout
