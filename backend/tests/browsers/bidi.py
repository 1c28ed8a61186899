"""WebDriver BiDi over a WebSocket: as much of it as the tests need (W3C, https://w3c.github.io/webdriver-bidi/)."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

import websocket


class Bidi:
    """One session with a browser that was started with `--remote-debugging-port`."""

    def __init__(self, port: int) -> None:
        self._socket = websocket.create_connection(f"ws://127.0.0.1:{port}/session", timeout=60, suppress_origin=True)
        self._numbers = itertools.count(1)
        self.tell("session.new", capabilities={})

    def tell(self, method: str, **params: object) -> Mapping[str, Any]:
        """The result of a command. Raises AssertionError with the browser's words."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer: dict[str, Any] = json.loads(self._socket.recv())
            if answer.get("id") == number:
                assert answer["type"] == "success", f"{method}: {answer.get('error')}: {answer.get('message')}"
                result: Mapping[str, Any] = answer["result"]
                return result

    def close(self) -> None:
        """End the session and the browser with it."""
        self.tell("browser.close")
        self._socket.close()
