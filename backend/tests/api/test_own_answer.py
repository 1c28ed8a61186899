"""The shortest way through a route is for those that ask for the request and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter, Depends, Request, Response

from doorstep.api.callers import Caller
from doorstep.api.guard import Guarded, signed_in
from doorstep.api.own_answer import OwnAnswer
from doorstep.api.wire import Nothing


async def own(request: Request) -> Response:
    return Response(request.method)


async def guarded(request: Request, who: Guarded) -> Response:
    return Response(f"{request.method} {who}")


async def asks_more(request: Request, caller: Caller) -> Response:
    return Response(f"{request.method} {caller}")


async def asks_the_address(request: Request, page: int = 1) -> Response:
    return Response(f"{request.method} {page}")


async def asks_the_body(request: Request, body: Nothing) -> Response:
    return Response(f"{request.method} {body}")


async def asks_for_the_response(request: Request, response: Response) -> Response:
    return Response(f"{request.method} {response}")


async def asks_nothing() -> Response:
    return Response()


def waits_for_nothing(request: Request) -> Response:
    return Response(request.method)


def test_who_asks_for_the_request_alone_may_stand_on_it() -> None:
    APIRouter(route_class=OwnAnswer).post("/own")(own)


@pytest.mark.parametrize(
    "endpoint",
    [guarded, asks_more, asks_the_address, asks_the_body, asks_for_the_response, asks_nothing, waits_for_nothing],
)
@pytest.mark.asvs("v5.0.0-8.3.1")
def test_what_it_would_not_ask_or_hand_in_is_refused_at_the_start(endpoint: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="more than the request"):
        APIRouter(route_class=OwnAnswer).post("/own")(endpoint)


@pytest.mark.asvs("v5.0.0-8.3.1")
def test_a_guard_beside_the_endpoint_is_refused_too() -> None:
    with pytest.raises(TypeError, match="more than the request"):
        APIRouter(route_class=OwnAnswer, dependencies=[Depends(signed_in)]).post("/own")(own)
