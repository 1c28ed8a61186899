"""Listening to all pages of a browser: what they complain of in the console, throw, or are refused by their policy."""

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request, WebError

_FETCHED_AHEAD = re.compile(r"^/_next/static/|/__next\.[^/]*\.txt$")
_TELL = """
document.addEventListener("securitypolicyviolation", (event) => {
  window.doorstepViolated(`${event.violatedDirective} refuses ${event.blockedURI} ${event.sample}`);
});
"""


class Watch:
    """What the pages of one browser context did wrong, and every address that they asked for."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.violations: list[str] = []
        self._console: list[tuple[str, str]] = []
        self._thrown: list[str] = []
        self._refusals: set[tuple[str, str]] = set()
        self._ahead: set[str] = set()

    async def over(self, context: BrowserContext) -> None:
        """Listen from the first page on."""
        context.on("console", self._said)
        context.on("weberror", self._threw)
        context.on("request", self._asked)
        await context.expose_binding("doorstepViolated", lambda _, what: self.violations.append(what))
        await context.add_init_script(_TELL)

    def expects(self, refusal: int | str, path: str) -> None:
        """The browser itself notes each refused request in the console: `path` may be refused with this status, or
        with this `net::` error."""
        self._refusals.add((str(refusal), path))

    def expects_of_what_is_fetched_ahead(self, refusal: int | str) -> None:
        """Parts of the pages that links lead to are fetched when the browser has time: any of them may be refused."""
        self._ahead.add(str(refusal))

    def complaints(self) -> list[str]:
        """Everything that should not have been."""
        return self.violations + self._thrown + [f"{text} ({path})" for text, path in self._console]

    def _said(self, message: ConsoleMessage) -> None:
        path = urlsplit(message.location["url"]).path
        allowed = {refusal for refusal, where in self._refusals if where == path}
        if _FETCHED_AHEAD.search(path):
            allowed |= self._ahead
        expected = message.text.startswith("Failed to load resource") and any(why in message.text for why in allowed)
        if message.type == "error" and not expected:
            self._console.append((message.text, path))

    def _threw(self, error: WebError) -> None:
        self._thrown.append(str(error.error))

    def _asked(self, request: Request) -> None:
        self.addresses.append(request.url)
