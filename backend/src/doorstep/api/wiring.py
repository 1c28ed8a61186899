"""Wiring: how a route asks for the services of its process."""

from typing import Annotated

from fastapi import Depends, Request

from doorstep.assembly import Services


async def services(request: Request) -> Services:
    """The services of this process. A coroutine: FastAPI would send a plain function through a thread."""
    wired: Services = request.app.state.services
    return wired


Wired = Annotated[Services, Depends(services)]
