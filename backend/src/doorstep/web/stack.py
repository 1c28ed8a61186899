"""The web layer, put together: the front before FastAPI's routes, and the site for every address that no route has."""

from collections.abc import Mapping, Sequence

from fastapi import FastAPI

from doorstep.kit.departure import Departure
from doorstep.settings import Settings
from doorstep.web import problems
from doorstep.web.body import BodyLimit
from doorstep.web.front import Front
from doorstep.web.health import Check, health_router
from doorstep.web.host_pin import HostPin
from doorstep.web.mirror import Mirror
from doorstep.web.security_headers import SecurityHeaders
from doorstep.web.site import Site


def install(
    app: FastAPI,
    settings: Settings,
    checks: Mapping[str, Check],
    site: Site | None = None,
    *,
    mirror: bytes | None = None,
    former_mirrors: Sequence[bytes] = (),
    departure: Departure | None = None,
) -> None:
    """Give `app` the whole web layer.

    `checks` are what `/readyz` asks; `site` is the packaged one unless given; `mirror` is the key of the passes that
    operators look into the mirror with, which is left out without one; `former_mirrors` are those of secrets before;
    `departure` tells when connections are to end.
    """
    problems.install(app)
    app.include_router(health_router(checks))
    app.router.redirect_slashes = False
    app.router.default = site or Site()
    app.add_middleware(
        Front,
        trusted_proxies=settings.trusted_proxies,
        headers=SecurityHeaders(https=settings.https),
        host_pin=HostPin(origin=settings.origin),
        body_limit=BodyLimit(max_bytes=settings.max_body_bytes),
        mirror=None if mirror is None else Mirror(key=mirror, former=former_mirrors),
        departure=departure,
    )
