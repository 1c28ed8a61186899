"""The kind of route that every signed-in page asks first: who is asking, one look into the database, one answer.

FastAPI's general way through a route (a tree of dependencies, stacks of things to close, validation of the answer)
costs several times what such a read itself does. This kind is declared, documented and guarded like any other and
skips what it does not use. docs/decisions/0020 has the figures.
"""

from collections.abc import Callable
from inspect import iscoroutinefunction, signature
from typing import Any, TypeAlias

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from doorstep.api.guard import signed_in
from doorstep.api.wiring import services, services_of
from doorstep.assembly import Services
from doorstep.gate.models import SignedIn

Reading: TypeAlias = Callable[[SignedIn, Services], BaseModel]
"""What the answer is for whom. The one read of the gate has brought all that it needs, so it waits for nothing."""


class SignedInRead(APIRoute):
    """A GET whose endpoint is a function of `(Guarded, Wired)` that waits for nothing; see `Reading`.

    Raises TypeError at start for an endpoint that takes anything else: it would not be handed in.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 -- FastAPI's own
        super().__init__(path, endpoint, **options)
        takes = [needed.call for needed in self.dependant.dependencies]
        alone = len(signature(endpoint).parameters) == len(takes)
        if self.methods != {"GET"} or takes != [signed_in, services] or not alone or iscoroutinefunction(endpoint):
            raise TypeError(f"{path} is more than a read for who is signed in")
        self.app = _answering(endpoint)


def _answering(read: Reading) -> ASGIApp:
    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        request = Request(scope)
        who = await signed_in(request)
        told = read(who, services_of(request))
        body = told.__pydantic_serializer__.to_json(told)
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": body})

    return answer
