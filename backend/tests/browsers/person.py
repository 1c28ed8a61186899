"""What a user does in any engine, and how one sees that it worked: by the page alone."""

import itertools
import json
from typing import Any

from tests.browsers.engines import Browser, Tab
from tests.builders import GOOD_PASSWORD
from tests.waiting import wait_for

_numbers = itertools.count(1)
# Typed as keyboards do it; pressed when the page's script has taken the control over.
_TYPE = """((label, text) => {
  const field = [...document.querySelectorAll("label")].find((each) => each.textContent.startsWith(label))?.control;
  if (!field || !Object.keys(field).some((key) => key.startsWith("__react"))) return false;
  field.focus();
  field.select?.();
  return document.execCommand("insertText", false, text) && field.value === text;
})"""
_PRESS = """((name) => {
  const taken = (each) => Object.keys(each).some((key) => key.startsWith("__react"));
  const found = [...document.querySelectorAll("button, a")].filter(
    (each) => each.textContent.trim() === name && each.getClientRects().length > 0 && taken(each),
  );
  const open = found.find((each) => each.closest("dialog[open]")) ?? found[0];
  open?.click();
  return Boolean(open);
})"""
_SHOWS = """((text) => !document.documentElement.hidden && document.body?.innerText.includes(text))"""


class Visit:
    """One user with one browser; `tab` is the first of its tabs."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser = browser
        self.origin = origin
        self.email = f"ada-{next(_numbers)}-{abs(hash(browser.version)) % 10_000}@example.org"
        self._tabs: list[Tab] = []
        self.tab = self.another_tab()

    def another_tab(self) -> Tab:
        tab = self.browser.tab()
        self._tabs.append(tab)
        return tab

    def leave(self) -> None:
        """Close its tabs: each would follow who signs in next."""
        for tab in self._tabs:
            tab.close()

    def open(self, path: str, tab: Tab | None = None) -> None:
        (tab or self.tab).open(f"{self.origin}{path}")

    def type(self, label: str, text: str) -> None:
        wait_for(lambda: self._call(self.tab, _TYPE, label, text), f"a field {label}")

    def press(self, name: str) -> None:
        wait_for(lambda: self._call(self.tab, _PRESS, name), f"a button {name}")

    def sees(self, text: str, tab: Tab | None = None) -> None:
        wait_for(lambda: self._call(tab or self.tab, _SHOWS, text), f"to see {text!r}")

    def sign_up(self) -> None:
        self.open("/signup/")
        self.type("E-mail", self.email)
        self.type("Password", GOOD_PASSWORD)
        self.press("Create account")
        self.sees_dashboard()

    def log_in(self, password: str = GOOD_PASSWORD) -> None:
        self.type("E-mail", self.email)
        self.type("Password", password)
        self.press("Log in")

    def log_out(self) -> None:
        self.press("Log out")
        self.sees("Keep me signed in")

    def sees_dashboard(self, tab: Tab | None = None) -> None:
        self.sees("Your subscription", tab)
        self.sees(self.email, tab)

    @staticmethod
    def _call(tab: Tab, function: str, *arguments: str) -> Any:  # noqa: ANN401 - what the function answers
        given = ", ".join(json.dumps(each) for each in arguments)
        try:
            return tab.evaluate(f"{function}({given})")
        except Exception:  # noqa: BLE001 - between two pages each engine fails in words of its own
            return None
