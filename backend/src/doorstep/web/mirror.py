"""The mirror: shows the operator, and nobody else, how the proxies in front hand on a request.

`doorstep doctor` asks for `/healthz` by the public URL with a pass that only the master secret makes. The answer then
says which addresses the proxies wrote into `X-Forwarded-For` and which one the server took for the client's.
"""

import json
from collections.abc import Sequence
from typing import Final

from starlette.types import Scope

from doorstep.kit.clock import Clock, utc_now
from doorstep.kit.operator_pass import is_genuine
from doorstep.web.client_address import address_of
from doorstep.web.header_lines import HeaderLines, first
from doorstep.web.security_headers import Header

PLACE: Final = "/healthz"
ASKS: Final = b"x-doorstep-doctor"
SHOWS: Final = "x-doorstep-saw"


class Mirror:
    """Shows itself in the answer of `PLACE` to a request with a pass of `key`, or of a `former` one, in `ASKS`."""

    def __init__(self, *, key: bytes, former: Sequence[bytes] = (), clock: Clock = utc_now) -> None:
        self._keys = (key, *former)
        self._clock = clock

    def line(self, scope: Scope, lines: HeaderLines) -> Header | None:
        """The header `SHOWS` for whom it is meant; None for everybody else."""
        if scope["path"] != PLACE or not self._is_asked(first(lines, ASKS)):
            return None
        forwarded = lines.get(b"x-forwarded-for", ())
        hops = [hop.strip() for line in forwarded for hop in line.decode("latin-1").split(",")]
        # ASCII throughout: what a caller wrote becomes part of a header line here.
        return SHOWS.encode(), json.dumps({"address": address_of(scope), "forwarded": hops}).encode("ascii")

    def _is_asked(self, text: str) -> bool:
        return any(is_genuine(key, text, self._clock()) for key in self._keys)
