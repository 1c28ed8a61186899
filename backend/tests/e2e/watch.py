"""Listening to all pages of a browser: what they complain of in the console, throw, or are refused by their policy."""

from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request, WebError

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

    def complaints(self) -> list[str]:
        """Everything that should not have been."""
        return self.violations + self._thrown + [f"{text} ({path})" for text, path in self._console]

    def _said(self, message: ConsoleMessage) -> None:
        path = urlsplit(message.location["url"]).path
        expected = any(
            path == where and message.text.startswith("Failed to load resource") and refusal in message.text
            for refusal, where in self._refusals
        )
        if message.type == "error" and not expected:
            self._console.append((message.text, path))

    def _threw(self, error: WebError) -> None:
        self._thrown.append(str(error.error))

    def _asked(self, request: Request) -> None:
        self.addresses.append(request.url)
