"""Heads that share a read with the request before them, on a real socket."""

import socket
from collections.abc import Iterator

import pytest

from doorstep.cli import protocol
from tests.web.server import PATIENCE, connected, serving_as_shipped

HEAD_SECONDS = 0.4
KEEP_ALIVE = 60


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that speaks HTTP as ours does, with less patience for heads than between two requests."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", HEAD_SECONDS)
    with serving_as_shipped(KEEP_ALIVE) as listening:
        yield listening


def request(port: int, body: bytes = b"") -> bytes:
    lines = ["POST /api/anything HTTP/1.1", f"Host: localhost:{port}", "Content-Type: application/json"]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def answers(connection: socket.socket, count: int) -> None:
    """Read that many answers."""
    received = b""
    while received.count(b"}") < count:
        data = connection.recv(65_536)
        assert data, received
        received += data
    assert received.count(b" 200 OK") == count


def test_a_head_that_begins_behind_a_request_has_no_more_time(port: int) -> None:
    with connected(port) as slow:
        slow.sendall(request(port, b"{}") + b"POST /api/an")
        answers(slow, 1)
        assert slow.recv(1) == b"", "closed long before the time between two requests is over"


@pytest.mark.parametrize("behind", [b"", b"\r\n"])
def test_whole_requests_of_one_read_leave_the_connection_open(port: int, behind: bytes) -> None:
    with connected(port) as steady:
        steady.sendall(request(port, b"{}") + request(port, b"{}") + behind)
        answers(steady, 2)
        steady.settimeout(3 * HEAD_SECONDS)
        with pytest.raises(TimeoutError):
            steady.recv(1)
        steady.settimeout(PATIENCE)
        steady.sendall(request(port, b"{}"))
        answers(steady, 1)


def test_a_head_that_begins_behind_a_request_and_goes_on_is_answered(
    monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 2 * PATIENCE)
    with connected(port) as steady:
        second = request(port, b"{}")
        steady.sendall(request(port, b"{}") + second[:12])
        answers(steady, 1)
        steady.sendall(second[12:])
        answers(steady, 1)
