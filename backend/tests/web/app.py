"""A small application behind the real web layer, with routes that go wrong in the ways that routes do."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any, ClassVar

import httpx
from fastapi import APIRouter, FastAPI, HTTPException, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from starlette.responses import StreamingResponse

from doorstep.failure import Failure
from doorstep.settings import Settings
from doorstep.web import stack
from doorstep.web.health import Check
from doorstep.web.request_id import request_id
from doorstep.web.same_origin import require_same_origin
from doorstep.web.site import Site

ORIGIN = "http://localhost:8000"
SECRET = "hunter2-the-fake-secret"


class Busy(Failure):
    status = 503
    code = "busy"
    title = "Too many people at once."


class Refused(Failure):
    status = 401
    code = "unauthenticated"
    title = "Please log in."


def _no_spaces(value: str) -> str:
    if " " in value:
        raise PydanticCustomError("doorstep", "Leave out the spaces.")
    return value


def _like_an_address(value: str) -> str:
    if "@" not in value:
        raise ValueError(f"{value} is not an address")
    return value


class Person(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)
    email: Annotated[str, Field(max_length=254), AfterValidator(_like_an_address)]
    password: Annotated[str, Field(min_length=15, max_length=256), AfterValidator(_no_spaces)]
    remember: bool = False


class Narrow(BaseModel):
    size: int


routes = APIRouter()


@routes.post("/api/people", status_code=201)
async def people(person: Person) -> dict[str, int]:
    return {"length": len(person.password)}


@routes.post("/api/anything")
async def anything(request: Request) -> dict[str, int]:
    return {"bytes": len(await request.body())}


@routes.put("/api/echo")
async def echo(body: dict[str, Any]) -> dict[str, Any]:
    return body


@routes.get("/api/twice")
async def read_twice(limit: Annotated[int, Field(le=50)] = 10) -> dict[str, int]:
    return {"limit": limit}


@routes.delete("/api/twice", status_code=204)
async def delete_twice() -> None:
    return None


@routes.get("/api/crash")
async def crash() -> None:
    raise RuntimeError(f"connection string contains {SECRET}")


@routes.get("/api/crash/validation")
async def crash_validation() -> None:
    Narrow.model_validate({"size": SECRET})


@routes.get("/api/crash/late")
async def crash_late() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        raise RuntimeError(SECRET)

    return StreamingResponse(parts())


@routes.get("/api/teapot")
async def teapot() -> None:
    raise HTTPException(418, SECRET)


@routes.get("/api/busy")
async def busy() -> None:
    raise Busy(retry_after=7) from RuntimeError("the pool is empty")


@routes.get("/api/private")
async def private() -> None:
    raise Refused


@routes.get("/api/id")
async def identify(request: Request) -> dict[str, str]:
    return {"id": request_id(request.scope), "address": request.state.client_address}


@routes.post("/api/cookie")
async def cookie(request: Request) -> dict[str, bool]:
    require_same_origin(request, ORIGIN)
    return {"passed": True}


def make_app(
    settings: Settings | None = None, *, checks: Mapping[str, Check] | None = None, site: Site | None = None
) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.include_router(routes)
    stack.install(app, settings or Settings(), checks or {}, site)
    return app


@asynccontextmanager
async def client_of(app: FastAPI, base_url: str = ORIGIN) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url) as client:
        yield client
