"""A door for hydra, which speaks forms and takes a 401 for a browser's password box: forms in, our JSON out.

It changes the notation only: each form is one log-in at the server, and what that answered is the page.
"""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

_LOGIN = "/api/v1/auth/login"


@contextmanager
def form_door(port: int) -> Iterator[int]:
    """The port of a log-in form before the server at `port`."""

    class Form(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """The form itself, which hydra fetches first."""
            self._tell(b"<form method=post></form>")

        def do_POST(self) -> None:
            """One log-in."""
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._tell(_log_in(port, {name: values[0] for name, values in form.items()}))

        def _tell(self, page: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            with suppress(BrokenPipeError):  # it hangs up on everything else once it is in
                self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is the base class's
            """Nothing: what counts is in the server's log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Form) as door:
        thread = threading.Thread(target=door.serve_forever)
        thread.start()
        try:
            yield door.server_address[1]
        finally:
            door.shutdown()
            thread.join()


def _log_in(port: int, credentials: dict[str, str]) -> bytes:
    request = urllib.request.Request(
        f"http://localhost:{port}{_LOGIN}",
        data=json.dumps(credentials).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- our own server
            return bytes(answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.read()
