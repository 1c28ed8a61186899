"""Brings the browsers of `make browsers`: Debian's Firefox ESR, WebKitGTK with its driver, and a screen for it.

What is missing is installed when we are root on a Debian; else it is named, and the exit code is 1.
"""

import os
import shutil
import sys
from pathlib import Path

from find_chromium import run, say

WEBKIT = "usr/lib*/**/webkit2gtk-4.*/MiniBrowser"
PACKAGES = {
    "firefox-esr": lambda: shutil.which("firefox-esr") or shutil.which("firefox"),
    "webkit2gtk-driver": lambda: shutil.which("WebKitWebDriver") and next(Path("/").glob(WEBKIT), None),
    "xvfb": lambda: shutil.which("Xvfb"),
}
"""Debian's package, and how to tell that what it brings is there."""


def missing() -> list[str]:
    """The packages whose programs are not on this machine."""
    return [package for package, there in PACKAGES.items() if not there()]


def main() -> int:
    """Install what is missing, or name it."""
    if (wanted := missing()) and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Bringing {', '.join(wanted)} (Debian's packages)")
        if run("apt-get", "update", "-q"):
            run("apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted)
    if wanted := missing():
        say(f"Missing: {', '.join(wanted)}. On Debian, as root: apt-get install {' '.join(wanted)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
