"""Wiring: how a route asks for the services of its process."""

from typing import Annotated

from fastapi import Depends, Request

from doorstep.assembly import Services


def services(request: Request) -> Services:
    """The services of this process."""
    wired: Services = request.app.state.services
    return wired


Wired = Annotated[Services, Depends(services)]
