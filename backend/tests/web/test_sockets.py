"""What only shows on a real socket: bodies without a length, without an end, or larger than anybody waits for."""

import json
import socket
from collections.abc import Iterator

import pytest
from starlette.types import Receive, Scope, Send

from doorstep.settings import Settings
from doorstep.web.body import BodyLimit
from doorstep.web.front import Front
from doorstep.web.host_pin import HostPin
from doorstep.web.security_headers import SecurityHeaders
from tests.web.app import SECRET, make_app
from tests.web.server import exchange, serving


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(lambda port: make_app(Settings(port=port))) as listening:
        yield listening


def head(port: int, *lines: str, method: str = "POST", path: str = "/api/anything") -> bytes:
    named = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", "Content-Type: application/json", *lines]
    return "\r\n".join([*named, "", ""]).encode()


def told(answer: bytes) -> tuple[int, str]:
    """Status and code of the one problem in `answer`."""
    status_line, _, rest = answer.partition(b"\r\n")
    return int(status_line.split()[1]), json.loads(rest.partition(b"\r\n\r\n")[2])["code"]


def test_a_declared_size_is_refused_before_any_byte_is_sent(port: int) -> None:
    answer = exchange(port, head(port, "Content-Length: 100000000", "Expect: 100-continue"))
    assert told(answer) == (413, "too_large")
    assert b"connection: close" in answer.lower()
    assert b"100 Continue" not in answer


def test_a_megabyte_is_answered_and_not_reset(port: int) -> None:
    answer = exchange(port, head(port, "Content-Length: 1000000"), b"x" * 1_000_000)
    assert told(answer) == (413, "too_large")


@pytest.mark.asvs("v5.0.0-5.2.1")
def test_chunks_are_counted(port: int) -> None:
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    answer = exchange(port, head(port, "Transfer-Encoding: chunked"), *[chunk] * 40, b"0\r\n\r\n")
    assert told(answer) == (413, "too_large")


def test_chunks_within_the_limit_pass(port: int) -> None:
    sent = b'5\r\n{"a":\r\n3\r\n 1}\r\n0\r\n\r\n'
    answer = exchange(port, head(port, "Transfer-Encoding: chunked", "Connection: close"), sent)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b'{"bytes":8}')


def test_a_caller_that_leaves_in_the_middle_of_its_body_harms_nobody(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head(port, "Content-Length: 100") + b"half")
    assert b" 200 " in exchange(port, head(port, "Connection: close", method="GET", path="/api/twice"))


def test_a_crash_on_the_wire_says_nothing(port: int) -> None:
    answer = exchange(port, head(port, "Connection: close", method="GET", path="/api/crash"))
    assert told(answer) == (500, "internal_error")
    assert SECRET.encode() not in answer
    assert b"uvicorn" not in answer.lower()


def test_a_websocket_is_not_offered(port: int) -> None:
    lines = ("Upgrade: websocket", "Connection: Upgrade, close", "Sec-WebSocket-Key: eA==", "Sec-WebSocket-Version: 13")
    answer = exchange(port, head(port, *lines, method="GET", path="/api/none"))
    assert told(answer) == (404, "not_found")


def test_a_body_that_does_not_come_is_given_up() -> None:
    with serving(impatient) as port:
        answer = exchange(port, head(port, "Content-Length: 10"), b"{")
        assert told(answer) == (408, "request_timeout")
        answer = exchange(port, head(port, "Transfer-Encoding: chunked"), b"1\r\n{\r\n")
        assert told(answer) == (408, "request_timeout")


def impatient(port: int) -> Front:
    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the body was not complete")

    return Front(
        never,
        trusted_proxies=0,
        headers=SecurityHeaders(https=False),
        host_pin=HostPin(origin=f"http://localhost:{port}"),
        body_limit=BodyLimit(max_bytes=1000, seconds=0.2),
        mirror=None,
    )
