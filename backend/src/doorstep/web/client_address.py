"""Where a request comes from, believing no more of `X-Forwarded-For` than the operator's own proxies wrote.

Each proxy appends the address it was called from, so the list is read from the right: with one trusted proxy the last
entry is its word, with two the last but one, and everything further left is whatever the caller liked to send.
"""

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final, cast

from starlette.types import Scope

from doorstep.web.header_lines import HeaderLines

UNKNOWN: Final = "0.0.0.0"  # noqa: S104 -- not an address to bind to: RFC 1122's "this host", for a peer without one

_BRACKETED = re.compile(r"\[([^\]]*)\](?::\d{1,5})?")
_WITH_PORT = re.compile(r"([0-9.]+):\d{1,5}")


def client_address(peer: tuple[str, int] | None, lines: HeaderLines, trusted_proxies: int) -> str:
    """The client's IP address, as text in its shortest form. `peer` is whom the connection is with.

    `trusted_proxies` is the number of proxies in front that append to `X-Forwarded-For`; 0 believes no header. An
    entry that is not an address ends the walk, and the hop before it is the answer. `UNKNOWN` when the connection has
    no address at all (a Unix socket).
    """
    nearest = _parsed(peer[0]) if peer else None
    hops = b",".join(lines.get(b"x-forwarded-for", ())).decode("latin-1").split(",")
    for hop in hops[: -trusted_proxies - 1 : -1]:
        address = _parsed(hop.strip())
        if address is None:
            break
        nearest = address
    return nearest or UNKNOWN


@lru_cache(maxsize=4096)  # the same few proxies and people come again and again; a header line has 16 KiB at most
def _parsed(text: str) -> str | None:
    if match := _BRACKETED.fullmatch(text) or _WITH_PORT.fullmatch(text):
        text = match[1]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address)))  # through the number, which has no zone
    return str(address)


def address_of(scope: Scope) -> str:
    """The address that the front found for this request. Raises KeyError outside of it."""
    return cast("str", scope["state"]["client_address"])
