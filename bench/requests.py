"""The requests that the load generator sends, as the bytes on the wire (latin-1 text, for JSON)."""

import json

from bench.load import NETWORK, NUMBER
from bench.served import PASSWORD, address

ANY_NETWORK = NETWORK.decode()
ANY_ADDRESS = f"user{NUMBER.decode()}@example.org"


def read_me(port: int, token: str) -> str:
    """GET /api/v1/users/me of a signed-in user."""
    return _head(port, "GET", "/api/v1/users/me", f"Authorization: Bearer {token}") + "\r\n"


def log_in(port: int, number: int, network: str, cookies: str = "") -> str:
    """A right log-in, from a browser with these cookies."""
    return _log_in(port, address(number), PASSWORD, network, cookies)


def guess(port: int, email: str, network: str) -> str:
    """A wrong log-in."""
    return _log_in(port, email, "not the password of anybody", network, "")


def _log_in(port: int, email: str, password: str, network: str, cookies: str) -> str:
    body = json.dumps({"email": email, "password": password})
    length = len(body.replace(NUMBER.decode(), "00000000"))
    lines = ["Content-Type: application/json", f"Content-Length: {length}", f"X-Forwarded-For: {network}"]
    if cookies:
        lines.append(f"Cookie: {cookies}")
    return _head(port, "POST", "/api/v1/auth/login", *lines) + "\r\n" + body


def _head(port: int, method: str, path: str, *lines: str) -> str:
    return "".join(f"{line}\r\n" for line in (f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", *lines))
