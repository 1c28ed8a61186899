"""Leaving: a copy of everything, deleting the account, keeping it after all."""

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from doorstep.api.callers import Caller
from doorstep.api.cookies import expire_refresh_token
from doorstep.api.guard import Guarded
from doorstep.api.problems import GUARDED, refusals
from doorstep.api.wire import Leaving, Moment, Nothing
from doorstep.api.wiring import Wired
from doorstep.mail.failures import TooManyMails
from doorstep.sessions.failures import StepUpRequired, Unauthenticated

router = APIRouter(prefix="/api/v1/users/me", tags=["leaving"])


class DeletionView(Leaving):
    """When the account will be erased."""

    deletion_due_at: Moment


@router.delete("", status_code=202, responses=refusals(Unauthenticated, StepUpRequired))
async def delete(signed_in: Guarded, wired: Wired, caller: Caller, response: Response) -> DeletionView:
    """Delete the account, in seven days; until then a log-in and `keep` take it back. Needs a recent log-in.

    Every session ends, this one as well. The subscription does not renew any more.
    """
    due_at = await wired.leaving.ask(signed_in, caller)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    expire_refresh_token(response, wired.settings)
    return DeletionView(deletion_due_at=due_at)


@router.post("/keep", status_code=204, responses=GUARDED)
async def keep(_: Nothing, signed_in: Guarded, wired: Wired, caller: Caller) -> Response:
    """Keep the account that was to be deleted. Done twice it is still done."""
    await wired.leaving.keep(signed_in, caller)
    return Response(status_code=204)


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "All that is held about the user, and no secret: `profile`, then a list of each kind",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **refusals(Unauthenticated, StepUpRequired, TooManyMails),
    },
)
async def export(signed_in: Guarded, wired: Wired, caller: Caller) -> StreamingResponse:
    """A copy of everything held about the user, as a file. Needs a recent log-in; told to the owner by mail."""
    pieces = await wired.export.ask(signed_in, caller)
    return StreamingResponse(
        pieces,
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )
