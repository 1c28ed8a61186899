"""Clients that are in no hurry: each is cut off in its time, and none of them keeps anybody else waiting."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from doorstep.cli import protocol
from tests.web.server import PATIENCE, connected, serving_as_shipped

HEAD_SECONDS = 0.6
CROWD = 300


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that speaks HTTP as ours does, only with less patience."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", HEAD_SECONDS)
    with serving_as_shipped() as listening:
        yield listening


def request(port: int, *lines: str) -> bytes:
    return "\r\n".join(["GET /api/twice HTTP/1.1", f"Host: localhost:{port}", *lines, "", ""]).encode()


def seconds_until_closed(connection: socket.socket) -> float:
    """How long until the server hangs up; whatever it says before is dropped."""
    begun = time.perf_counter()
    with contextlib.suppress(ConnectionResetError):
        while connection.recv(65_536):
            pass
    return time.perf_counter() - begun


@pytest.mark.asvs("v5.0.0-15.2.2")
def test_a_head_that_trickles_in_is_cut_off(port: int) -> None:
    with connected(port) as slow:
        slow.sendall(b"GET /api/twice HTTP/1.1\r\n")
        begun = time.perf_counter()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while time.perf_counter() - begun < PATIENCE:
                slow.sendall(b"X-A: b\r\n")  # each line comes in time; the whole head does not
                slow.settimeout(0.05)
                with contextlib.suppress(TimeoutError):
                    assert slow.recv(1) == b""
                    break
        assert HEAD_SECONDS * 0.9 <= time.perf_counter() - begun < PATIENCE


def test_the_second_head_on_a_connection_has_no_more_time(port: int) -> None:
    with connected(port) as slow:
        slow.sendall(request(port))
        assert b" 200 " in slow.recv(65_536)
        slow.sendall(b"GET /api/tw")
        assert seconds_until_closed(slow) < PATIENCE


def test_a_connection_that_says_nothing_is_closed(port: int) -> None:
    with connected(port) as silent:
        assert HEAD_SECONDS * 0.9 <= seconds_until_closed(silent) < PATIENCE


def test_a_head_without_end_is_cut_off_at_once(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 2 * PATIENCE)  # its size alone can end it
    with connected(port) as endless:
        endless.sendall(b"GET /api/twice HTTP/1.1\r\nX-A: ")
        begun = time.perf_counter()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while time.perf_counter() - begun < PATIENCE:
                endless.sendall(b"x" * 16_384)
        assert time.perf_counter() - begun < PATIENCE


@pytest.mark.asvs("v5.0.0-15.2.2")
def test_a_crowd_of_silent_connections_keeps_nobody_waiting_and_is_sent_away(port: int) -> None:
    with contextlib.ExitStack() as crowd:
        silent = [crowd.enter_context(connected(port)) for _ in range(CROWD)]
        with connected(port) as somebody:
            somebody.sendall(request(port, "Connection: close"))
            assert b" 200 " in somebody.recv(65_536)
        assert all(seconds_until_closed(connection) < PATIENCE for connection in silent)


def test_requests_one_after_the_other_are_not_slow_clients(port: int) -> None:
    with connected(port) as steady:
        begun = time.perf_counter()
        while time.perf_counter() - begun < 2 * HEAD_SECONDS:
            steady.sendall(request(port))
            assert b" 200 " in steady.recv(65_536)
