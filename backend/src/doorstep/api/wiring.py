"""Wiring: how a route asks for the services of its process."""

from typing import Annotated

from fastapi import Depends, Request

from doorstep.assembly import Services


def services_of(request: Request) -> Services:
    """The services of this process, for what every request passes: a dependency costs more than the look itself."""
    wired: Services = request.app.state.services
    return wired


async def services(request: Request) -> Services:
    """The same as a dependency. A coroutine: FastAPI would send a plain function through a thread."""
    return services_of(request)


Wired = Annotated[Services, Depends(services)]
