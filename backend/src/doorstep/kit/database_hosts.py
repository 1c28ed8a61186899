"""The hosts that a libpq URL names: one, or several of which the first that will do is taken.

asyncpg reads the URL when it connects; what is told here about hosts follows its reading, which takes what stands
before the first `@` for user and password, and heeds `host` in the query only where none stands before the path.
"""

import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

SOMEWHERE: Final = "?"
"""A host that stands in a file of services: which one it is, is not told by the URL."""


def hosts_of(dsn: str, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Every host that may be connected to, without ports; none for this machine's sockets. Raises ValueError."""
    parts = urlsplit(dsn)
    query = parse_qsl(parts.query)
    asked = [value for name, value in query if name == "host"]
    named = [spec for text in (_place(parts)[1], *asked) for spec in _specs(text)]
    if not named:
        named = _specs(environment.get("PGHOST", ""))
    if any(name == "service" for name, _ in query):
        named.append(SOMEWHERE)
    return tuple(_host(spec) for spec in named)


def one_by_one(dsn: str) -> tuple[str, ...]:
    """The same URL for each of its hosts alone, in their order. Raises ValueError."""
    parts = urlsplit(dsn)
    sign_in, place = _place(parts)
    specs = _specs(place)
    if len(specs) > 1:
        return tuple(_joined(parts._replace(netloc=f"{sign_in}{spec}")) for spec in specs)
    query = parse_qsl(parts.query, keep_blank_values=True)
    hosts = _specs(dict(query).get("host", ""))
    if place or len(hosts) < 2:  # noqa: PLR2004 -- one host is the URL itself
        return (dsn,)
    ports = _specs(dict(query).get("port", ""))
    if len(ports) > 1 and len(ports) != len(hosts):
        raise ValueError("as many ports as hosts, or one for all")
    rest = [(name, value) for name, value in query if name not in {"host", "port"}]
    return tuple(
        _joined(parts._replace(query=urlencode([*rest, ("host", host), *_port_of(ports, number)])))
        for number, host in enumerate(hosts)
    )


def _joined(parts: SplitResult) -> str:
    """The URL. `urlunsplit` would leave out the `//` of one without a host."""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}{query}"


def _place(parts: SplitResult) -> tuple[str, str]:
    """What stands before the first `@`, that included, and behind it."""
    before, at, behind = parts.netloc.partition("@")
    return (f"{before}@", behind) if at else ("", parts.netloc)


def _specs(text: str) -> list[str]:
    specs = text.split(",") if text else []
    if not all(specs):
        raise ValueError("a host is missing between commas")
    return specs


def _port_of(ports: list[str], number: int) -> list[tuple[str, str]]:
    return [("port", ports[number] if len(ports) > 1 else ports[0])] if ports else []


def _host(spec: str) -> str:
    if spec.startswith("["):
        return spec[1:].partition("]")[0]
    return unquote(spec if spec.startswith("/") else spec.partition(":")[0])
