"""Prints the path of a Chromium for the browser tests: found on this machine, else installed.

DOORSTEP_CHROMIUM names one. Playwright's own download is tried next, and Debian's package when we are root.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def works(path: str | None) -> bool:
    """Whether this program starts at all."""
    if not path or not Path(path).is_file():
        return False
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def on_machine() -> str | None:
    """A browser that is there already."""
    candidates = [shutil.which(name) for name in NAMES] + list(MACOS)
    return next((path for path in candidates if path and works(path)), None)


def of_playwright() -> str | None:
    """The browser that Playwright keeps for itself."""
    asked = subprocess.run([sys.executable, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True, check=False)
    path = asked.stdout.strip()
    return path if works(path) else None


def say(sentence: str) -> None:
    """A line of progress, beside the path that goes to standard output."""
    sys.stderr.write(f"==> {sentence}\n")


def run(*command: str) -> bool:
    """Whether a command could be run and succeeded; what it prints goes beside our output."""
    try:
        return subprocess.run(command, stdout=sys.stderr, check=False, timeout=900).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find() -> str | None:
    """The browser's path, after trying every way to get one."""
    named = os.environ.get("DOORSTEP_CHROMIUM")
    if named:
        return named if works(named) else None
    found = on_machine() or of_playwright()
    if found:
        return found
    say("Bringing Chromium for the browser tests (Playwright's download)")
    if run(sys.executable, "-m", "playwright", "install", "chromium"):
        found = of_playwright()
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        say("Bringing Chromium for the browser tests (Debian's package)")
        if run("apt-get", "update", "-q") and run("apt-get", "install", "-y", "-q", "chromium"):
            found = on_machine()
    return found


if __name__ == "__main__":
    browser = find()
    if browser is None:
        sys.exit("The browser tests need Chromium: install it, or name it with DOORSTEP_CHROMIUM=/path/to/chromium.")
    sys.stdout.write(f"{browser}\n")
