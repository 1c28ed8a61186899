"""X-Forwarded-For is believed as far as the operator's own proxies wrote it, and no further."""

import pytest

from doorstep.web.client_address import UNKNOWN, client_address

PEER = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "lines", "expected"),
    [
        (0, [], PEER),
        (0, ["1.2.3.4"], PEER),
        (1, [], PEER),
        (1, [""], PEER),
        (1, ["1.2.3.4"], "1.2.3.4"),
        (1, ["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
        (1, ["6.6.6.6", "1.2.3.4"], "1.2.3.4"),
        (1, ["6.6.6.6 ,\t1.2.3.4 "], "1.2.3.4"),
        (2, ["6.6.6.6, 1.2.3.4, 10.0.0.2"], "1.2.3.4"),
        (2, ["6.6.6.6", "1.2.3.4", "10.0.0.2"], "1.2.3.4"),
        (2, ["1.2.3.4"], "1.2.3.4"),
        (3, ["1.2.3.4, 10.0.0.3, 10.0.0.2"], "1.2.3.4"),
        (1, ["1.2.3.4:5678"], "1.2.3.4"),
        (1, ["2001:DB8::1"], "2001:db8::1"),
        (1, ["[2001:db8::1]"], "2001:db8::1"),
        (1, ["[2001:db8::1]:443"], "2001:db8::1"),
        (1, ["fe80::1%eth0"], "fe80::1"),
        (1, ["[fe80::1%25eth0]:1"], "fe80::1"),
        (1, ["::ffff:1.2.3.4"], "1.2.3.4"),
        (1, ["[::ffff:102:304]:80"], "1.2.3.4"),
        (1, ["unknown"], PEER),
        (1, ["_hidden"], PEER),
        (1, ["1.2.3.4, garbage"], PEER),
        (2, ["6.6.6.6, garbage, 10.0.0.2"], "10.0.0.2"),
        (2, ["6.6.6.6, , 10.0.0.2"], "10.0.0.2"),
        (1, ["1.2.3"], PEER),
        (1, ["01.2.3.4"], PEER),
        (1, ["1.2.3.4:"], PEER),
        (1, ["1.2.3.4%eth0"], PEER),
        (1, ["2001:db8::1:443:zz"], PEER),
        (1, ["[1.2.3.4"], PEER),
        (1, ["\xff\xfe"], PEER),
        (1, ["1.2.3.4' OR 1=1 --"], PEER),
    ],
)
@pytest.mark.asvs("v5.0.0-4.1.3", "v5.0.0-15.3.4")
def test_the_chain_is_read_from_the_right(proxies: int, lines: list[str], expected: str) -> None:
    sent = {b"host": [b"x"], b"x-forwarded-for": [line.encode("latin-1") for line in lines]}
    assert client_address((PEER, 1234), sent, proxies) == expected


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (("::ffff:10.0.0.9", 1), "10.0.0.9"),
        (("fe80::2%lo", 1), "fe80::2"),
        (None, UNKNOWN),
        (("testclient", 1), UNKNOWN),
    ],
)
def test_the_peer_is_normalised_too(client: tuple[str, int] | None, expected: str) -> None:
    assert client_address(client, {}, 0) == expected


def test_behind_a_socket_file_the_proxy_tells() -> None:
    assert client_address(None, {b"x-forwarded-for": [b"1.2.3.4"]}, 1) == "1.2.3.4"
