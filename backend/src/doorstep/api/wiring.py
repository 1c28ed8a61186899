"""Wiring: how a route asks for the services of its process."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from doorstep.api.cookies import read_device_token
from doorstep.assembly import Services
from doorstep.web.same_origin import refuse_other_origins


def services_of(request: Request) -> Services:
    """The services of this process, for what every request passes: a dependency costs more than the look itself."""
    wired: Services = request.app.state.services
    return wired


async def services(request: Request) -> Services:
    """The same as a dependency. A coroutine: FastAPI would send a plain function through a thread."""
    return services_of(request)


Wired = Annotated[Services, Depends(services)]


def device_of(request: Request, wired: Services) -> UUID | None:
    """What the browser of this request is known by; None without a cookie of ours."""
    return wired.device_tokens.read(read_device_token(request, wired.settings))


async def from_our_pages(request: Request) -> None:
    """Refuse a browser that acts for another site's page. Raises CrossOrigin."""
    refuse_other_origins(request, services_of(request).settings.origin)


FROM_OUR_PAGES = [Depends(from_our_pages)]
"""`dependencies` of each route that sets the cookies, or goes by one of them."""
