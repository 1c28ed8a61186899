"""One log line for each request: what was asked, what came of it, how long it took, from where.

The query is left out, because it is where links carry secrets; bodies and headers are never logged.
"""

from time import perf_counter

import structlog
from starlette.types import Scope

from doorstep.web.client_address import address_of
from doorstep.web.probes import PROBES

_log = structlog.get_logger()
_LONGEST_PATH = 256

GONE = 499
"""The status of a request whose caller was gone before an answer began."""


def write_line(scope: Scope, status: int, began: float) -> None:
    """Write the line of a request that `began` at that `perf_counter`.

    Probes are written at debug level, since they come every second.
    """
    write = _log.debug if scope["path"] in PROBES else _log.info
    write(
        "request",
        method=scope["method"],
        path=scope["path"][:_LONGEST_PATH],
        status=status,
        ms=round((perf_counter() - began) * 1000, 1),
        address=address_of(scope),
    )
