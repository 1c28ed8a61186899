"""Callers: what a route passes on about who calls, and the check for requests that act on the cookie."""

from typing import Annotated

from fastapi import Depends, Request

from doorstep.api.wiring import Wired
from doorstep.audit.models import Client
from doorstep.web.client_address import address_of
from doorstep.web.request_id import request_id
from doorstep.web.same_origin import require_same_origin


async def caller(request: Request) -> Client:
    """Address, user agent and request id of this request."""
    return Client(address_of(request.scope), request.headers.get("user-agent"), request_id(request.scope))


async def require_own_page(request: Request, wired: Wired) -> None:
    """Refuse what does not come from our own pages. Raises CrossOrigin, UnsupportedMediaType."""
    require_same_origin(request, wired.settings.origin)


Caller = Annotated[Client, Depends(caller)]
