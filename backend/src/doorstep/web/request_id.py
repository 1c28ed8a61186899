"""The request id: made here for every request, in the log lines, the answer's header and each problem's `instance`."""

import re
from typing import cast

from starlette.types import Scope

from doorstep.web.header_lines import HeaderLines, first

_HARMLESS = re.compile(r"[A-Za-z0-9_-]{1,64}")


def callers_id(lines: HeaderLines) -> str | None:
    """The id that the caller sent, so that two logs can be read together, when it is harmless to write down.

    It is never trusted as ours. Harmless are 1 to 64 of letters, digits, `_` and `-`.
    """
    theirs = first(lines, b"x-request-id")
    return theirs if _HARMLESS.fullmatch(theirs) else None


def request_id(scope: Scope) -> str:
    """The id that the front gave to this request. Raises KeyError outside of it."""
    return cast("str", scope["state"]["request_id"])
