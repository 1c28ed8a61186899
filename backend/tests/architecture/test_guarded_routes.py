"""Every route is guarded, or stands on the list of those that are meant for everybody."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from doorstep.api.guard import Guarded, signed_in
from doorstep.api.own_answer import OwnAnswer
from doorstep.api.signed_in_read import SignedInRead
from doorstep.main import create_app
from tests.builders import SECRET, settings_for

PUBLIC = {
    "POST /api/v1/auth/signup",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/login/totp",
    "POST /api/v1/auth/login/recovery-code",
    "POST /api/v1/auth/login/remove-authenticator",
    "POST /api/v1/auth/login/passkey",
    "POST /api/v1/auth/login/passkey/options",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/logout",
    "GET /api/v1/auth/challenge",
    "POST /api/v1/auth/passkey",
    "POST /api/v1/auth/passkey/options",
    "POST /api/v1/auth/forgot",
    "POST /api/v1/auth/reset",
    "POST /api/v1/auth/reset/check",
    "POST /api/v1/auth/not-me",
    "POST /api/v1/auth/not-mine",
    "POST /api/v1/auth/keep",
    "POST /api/v1/auth/unlock",
    "POST /api/v1/auth/verify-email",
    "POST /api/v1/auth/confirm-email",
    "POST /api/v1/auth/undo-email",
    "GET /api/v1/plans",
    "POST /api/v1/passwords/assess",
    "GET /.well-known/jwks.json",
    "GET /.well-known/change-password",
    "HEAD /.well-known/change-password",
    "GET /.well-known/security.txt",
    "HEAD /.well-known/security.txt",
    "GET /healthz",
    "HEAD /healthz",
    "GET /readyz",
    "HEAD /readyz",
}


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """All routes, those of included routers too, which FastAPI keeps behind an object of its own."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if isinstance(included, APIRouter):
            yield from routes_of(included.routes)
        else:
            yield route


def names(route: APIRoute) -> Iterator[str]:
    for method in sorted(route.methods or ()):
        yield f"{method} {route.path}"


def is_guarded(dependant: Dependant) -> bool:
    return any(needed.call is signed_in or is_guarded(needed) for needed in dependant.dependencies)


def unguarded(app: FastAPI) -> set[str]:
    routes = [route for route in routes_of(app.routes) if isinstance(route, APIRoute)]
    return {name for route in routes if not is_guarded(route.dependant) for name in names(route)}


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return create_app(
        settings_for("postgresql://nowhere/nothing", tmp_path), "postgresql://nowhere/nothing", SECRET.encode()
    )


@pytest.mark.asvs("v5.0.0-8.2.1", "v5.0.0-15.2.3")
def test_every_route_is_guarded_or_public(app: FastAPI) -> None:
    assert unguarded(app) == PUBLIC


def test_only_known_kinds_of_routes_exist(app: FastAPI) -> None:
    """A mount or a plain Starlette route would pass by the check above."""
    assert {type(route) for route in routes_of(app.routes)} == {APIRoute, OwnAnswer, SignedInRead}


def test_an_unguarded_route_is_noticed(app: FastAPI) -> None:
    forgotten = APIRouter()

    @forgotten.get("/api/v1/forgotten")
    async def _forgotten() -> None: ...

    @forgotten.get("/api/v1/remembered")
    async def _remembered(who: Guarded) -> None: ...

    app.include_router(forgotten)
    assert unguarded(app) - PUBLIC == {"GET /api/v1/forgotten"}
