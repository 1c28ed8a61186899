"""Whether the process answers (`/healthz`), and whether it can do its work (`/readyz`)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import structlog
from fastapi import APIRouter
from starlette.responses import JSONResponse

from doorstep.failure import Failure
from doorstep.web.crash_log import summary

_log = structlog.get_logger()
_PATIENCE = 2.0

Check: TypeAlias = Callable[[], Awaitable[object]]
"""Returns when its part is ready, raises when it is not."""


def health_router(checks: Mapping[str, Check], *, seconds: float = _PATIENCE) -> APIRouter:
    """The two probes. Each check has `seconds`; a check that raises or is late makes `/readyz` answer 503.

    The answer says which part is not ready and never why: that is in the log.
    """
    router = APIRouter(include_in_schema=False)

    async def passes(name: str, check: Check) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await check()
        except Exception as error:  # noqa: BLE001 -- whatever it is, the part is not ready
            cause = error.__cause__ if isinstance(error, Failure) else None
            _log.warning("not_ready", check=name, cause=summary(cause or error))
            return False
        return True

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @router.api_route("/readyz", methods=["GET", "HEAD"])
    async def readyz() -> JSONResponse:
        results = await asyncio.gather(*(passes(name, check) for name, check in checks.items()))
        ready = all(results)
        told = {name: "ok" if result else "failed" for name, result in zip(checks, results, strict=True)}
        return JSONResponse({"status": "ready" if ready else "not_ready", "checks": told}, 200 if ready else 503)

    return router
