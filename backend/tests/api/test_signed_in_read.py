"""The short way through a route is for reads of who is signed in, and answers as the long one would."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter, Request
from pydantic import BaseModel

from doorstep.api.callers import Caller
from doorstep.api.guard import Guarded
from doorstep.api.signed_in_read import SignedInRead
from doorstep.api.wiring import Wired


class Told(BaseModel):
    text: str


def read(signed_in: Guarded, wired: Wired) -> Told:
    return Told(text=f"{signed_in} {wired}")


def unguarded(wired: Wired) -> Told:
    return Told(text=str(wired))


def asks_more(signed_in: Guarded, wired: Wired, caller: Caller) -> Told:
    return Told(text=f"{signed_in} {wired} {caller}")


def asks_the_address(signed_in: Guarded, wired: Wired, page: int = 1) -> Told:
    return Told(text=f"{signed_in} {wired} {page}")


def asks_for_the_request(signed_in: Guarded, wired: Wired, request: Request) -> Told:
    return Told(text=f"{signed_in} {wired} {request}")


async def waits(signed_in: Guarded, wired: Wired) -> Told:
    return Told(text=f"{signed_in} {wired}")


def test_a_read_may_stand_on_it() -> None:
    APIRouter(route_class=SignedInRead).get("/read")(read)


@pytest.mark.parametrize("endpoint", [unguarded, asks_more, asks_the_address, asks_for_the_request, waits])
def test_what_it_would_not_ask_or_hand_in_is_refused_at_the_start(endpoint: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="more than a read"):
        APIRouter(route_class=SignedInRead).get("/read")(endpoint)


def test_it_writes_nothing() -> None:
    with pytest.raises(TypeError, match="more than a read"):
        APIRouter(route_class=SignedInRead).post("/read")(read)
