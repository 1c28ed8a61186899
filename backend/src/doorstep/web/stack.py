"""The order in which a request passes the web layer, in one place.

Outermost first: the id (so that everything after can be found in the log), the address, the log line, the headers (so
that refusals carry them too), the problems (so that what follows may simply raise), the bounds on headers and body,
the host, the query, strict JSON; then FastAPI's routes, and behind them the site for every address that no route has.
"""

from collections.abc import Mapping

from fastapi import FastAPI

from doorstep.settings import Settings
from doorstep.web import problems
from doorstep.web.access_log import AccessLog
from doorstep.web.body import BodyLimit
from doorstep.web.client_address import ClientAddress
from doorstep.web.header_limit import HeaderLimit
from doorstep.web.health import Check, health_router
from doorstep.web.host_pin import HostPin
from doorstep.web.json_body import JsonBody
from doorstep.web.mirror import Mirror
from doorstep.web.query_once import QueryOnce
from doorstep.web.request_id import RequestId
from doorstep.web.security_headers import SecurityHeaders
from doorstep.web.site import Site


def install(
    app: FastAPI,
    settings: Settings,
    checks: Mapping[str, Check],
    site: Site | None = None,
    *,
    mirror: bytes | None = None,
) -> None:
    """Give `app` the whole web layer.

    `checks` are what `/readyz` asks; `site` is the packaged one unless given; `mirror` is the key of the passes that
    operators look into the mirror with, which is left out without one.
    """
    problems.install(app)
    app.include_router(health_router(checks))
    app.router.redirect_slashes = False
    app.router.default = site or Site()
    # add_middleware puts each one around those before it, so the list reads from the inside out.
    app.add_middleware(JsonBody)
    app.add_middleware(QueryOnce)
    app.add_middleware(HostPin, origin=settings.origin)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(HeaderLimit)
    app.add_middleware(problems.Problems)
    app.add_middleware(SecurityHeaders, https=settings.https)
    app.add_middleware(AccessLog)
    if mirror is not None:
        app.add_middleware(Mirror, key=mirror)
    app.add_middleware(ClientAddress, trusted_proxies=settings.trusted_proxies)
    app.add_middleware(RequestId)
