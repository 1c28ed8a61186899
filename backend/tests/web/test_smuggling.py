"""One request is one request: what two readers could cut apart differently is not read at all."""

from collections.abc import Iterator

import pytest

from tests.web.server import exchange, serving_as_shipped

HIDDEN = b"GET /api/id HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The product's own protocol over the web layer."""
    with serving_as_shipped() as listening:
        yield listening


@pytest.mark.asvs("v5.0.0-4.2.1")
@pytest.mark.parametrize(
    ("lines", "body"),
    [
        ("Content-Length: 4\r\nTransfer-Encoding: chunked", b"0\r\n\r\n" + HIDDEN),
        ("Transfer-Encoding: chunked\r\nContent-Length: 4", b"0\r\n\r\n" + HIDDEN),
        ("Content-Length: 2\r\nContent-Length: 40", b"{}" + HIDDEN),
        ("Content-Length: 2, 40", b"{}" + HIDDEN),
        ("Content-Length: +2", b"{}" + HIDDEN),
        ("Content-Length: -1", HIDDEN),
        ("Content-Length: 0x2", b"{}" + HIDDEN),
        ("Transfer-Encoding: xchunked\r\nContent-Length: 2", b"{}" + HIDDEN),
        ("Transfer-Encoding: identity, chunked\r\nContent-Length: 4", b"0\r\n\r\n" + HIDDEN),
        ("Transfer-Encoding : chunked", b"0\r\n\r\n" + HIDDEN),
        ("Transfer-Encoding: chunked", b"2;\n\r\n{}\r\n0\r\n\r\n" + HIDDEN),
        ("Transfer-Encoding: chunked", b"0x2\r\n{}\r\n0\r\n\r\n" + HIDDEN),
        ("X-Folded: a\r\n b\r\nContent-Length: 2\r\n Content-Length: 40", b"{}" + HIDDEN),
    ],
)
def test_a_request_with_two_ends_gives_no_second_answer(port: int, lines: str, body: bytes) -> None:
    head = f"POST /api/anything HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n{lines}\r\n\r\n"
    answer = exchange(port, head.encode() + body)
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert b" 200 " not in answer
