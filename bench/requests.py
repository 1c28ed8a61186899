"""The requests that the load generator sends, as the bytes on the wire (latin-1 text, for JSON)."""

import json

from bench.hammer import TOKEN
from bench.load import NETWORK, NUMBER
from bench.served import PASSWORD, address

ANY_NETWORK = NETWORK.decode()
ANY_ADDRESS = f"user{NUMBER.decode()}@example.org"


def read_me(port: int, token: str) -> str:
    """GET /api/v1/users/me of a signed-in user."""
    return _head(port, "GET", "/api/v1/users/me", f"Authorization: Bearer {token}") + "\r\n"


def bare(port: int, method: str, path: str) -> str:
    """A request without a body to one of the peers."""
    lines = ("Content-Length: 0",) if method == "POST" else ()
    return _head(port, method, path, *lines) + "\r\n"


def refresh(port: int, cookie: str) -> str:
    """POST /api/v1/auth/refresh from our own page; the load generator fills in the newest token."""
    lines = (
        f"Origin: http://localhost:{port}",
        "Content-Type: application/json",
        "Content-Length: 2",
        f"Cookie: {cookie}={TOKEN.decode()}",
    )
    return _head(port, "POST", "/api/v1/auth/refresh", *lines) + "\r\n{}"


def sign_up(port: int) -> str:
    """Somebody new, from a network of their own, each time."""
    return _with_password(port, "signup", ANY_ADDRESS, PASSWORD, ANY_NETWORK, "")


def log_in(port: int, number: int, network: str, cookies: str = "") -> str:
    """A right log-in, from a browser with these cookies."""
    return _with_password(port, "login", address(number), PASSWORD, network, cookies)


def log_in_anew(port: int) -> str:
    """A right log-in as somebody else each time, from a network and a browser that were never seen."""
    return _with_password(port, "login", ANY_ADDRESS, PASSWORD, ANY_NETWORK, "")


def guess(port: int, email: str, network: str) -> str:
    """A wrong log-in."""
    return _with_password(port, "login", email, "not the password of anybody", network, "")


def _with_password(port: int, what: str, email: str, password: str, network: str, cookies: str) -> str:
    body = json.dumps({"email": email, "password": password})
    length = len(body.replace(NUMBER.decode(), "00000000"))
    lines = ["Content-Type: application/json", f"Content-Length: {length}", f"X-Forwarded-For: {network}"]
    if cookies:
        lines.append(f"Cookie: {cookies}")
    return _head(port, "POST", f"/api/v1/auth/{what}", *lines) + "\r\n" + body


def _head(port: int, method: str, path: str, *lines: str) -> str:
    return "".join(f"{line}\r\n" for line in (f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", *lines))
