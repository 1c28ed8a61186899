"""Callers: what a route passes on about who calls."""

from typing import Annotated

from fastapi import Depends, Request

from doorstep.audit.models import Client
from doorstep.web.client_address import address_of
from doorstep.web.request_id import request_id


def caller_of(request: Request) -> Client:
    """Address, user agent and request id of this request."""
    return Client(address_of(request.scope), request.headers.get("user-agent"), request_id(request.scope))


async def caller(request: Request) -> Client:
    """The same as a dependency. A coroutine: FastAPI would send a plain function through a thread."""
    return caller_of(request)


Caller = Annotated[Client, Depends(caller)]
