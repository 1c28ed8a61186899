"""The header lines of a request, sorted once for everything that stands before the routes."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from starlette.types import Scope

from doorstep.web.failures import HeadersTooLarge

MAX_HEADER_BYTES = 16_384

HeaderLines: TypeAlias = Mapping[bytes, Sequence[bytes]]
"""The values of each header, in their order, by its name in small letters."""


def header_lines(scope: Scope) -> HeaderLines:
    """The lines of a request. Their names are in small letters: the ASGI specification has it so."""
    lines: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        if name in lines:
            lines[name].append(value)
        else:
            lines[name] = [value]
    return lines


def first(lines: HeaderLines, name: bytes, otherwise: str = "") -> str:
    """The first value of a header as text (latin-1: each byte a character), or `otherwise` when it was not sent."""
    values = lines.get(name)
    return values[0].decode("latin-1") if values else otherwise


def require_bounded(scope: Scope) -> None:
    """Refuse a request whose path, query and header lines are together larger than 16 KiB, as no HTTP parser does.

    Raises HeadersTooLarge.
    """
    size = len(scope["path"]) + len(scope["query_string"])
    for name, value in scope["headers"]:
        size += len(name) + len(value)
    if size > MAX_HEADER_BYTES:
        raise HeadersTooLarge
