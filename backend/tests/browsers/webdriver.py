"""WebDriver over HTTP: as much of it as the tests need (W3C, https://w3c.github.io/webdriver/)."""

import json
from typing import Any
from urllib.request import Request, urlopen


class WebDriver:
    """A session at a driver that listens on `port`."""

    def __init__(self, port: int, capabilities: dict[str, object]) -> None:
        self._at = f"http://127.0.0.1:{port}/session"
        made = self._ask("POST", "", {"capabilities": {"alwaysMatch": capabilities}})
        self._at += f"/{made['sessionId']}"
        self.version: str = made["capabilities"]["browserVersion"]

    def post(self, path: str, **body: object) -> Any:  # noqa: ANN401 - whatever the command answers
        """The value of a command's answer."""
        return self._ask("POST", path, body)

    def drop(self, path: str) -> None:
        """The same without an answer that matters."""
        self._ask("DELETE", path, None)

    def close(self) -> None:
        """End the session and the browser with it."""
        self._ask("DELETE", "", None)

    def _ask(self, method: str, path: str, body: object) -> Any:  # noqa: ANN401 - as above
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self._at}{path}", data=data, method=method)  # noqa: S310 - a driver of our own
        with urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return json.load(answer)["value"]
