"""What happened to the account of the signed-in user."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from doorstep.api.guard import Guarded
from doorstep.api.problems import GUARDED
from doorstep.api.wire import Leaving, Moment
from doorstep.api.wiring import Wired
from doorstep.audit.device_names import actor_name
from doorstep.audit.models import Outcome
from doorstep.audit.service import PAGE

router = APIRouter(prefix="/api/v1/users/me/events", tags=["users"])


class EventView(Leaving):
    """One event. `kind` is a stable name, such as `login`; `outcome` tells how it ended.

    `reason` is a stable name, too: why a passkey was refused, or what a refused act asked for; mostly null.
    """

    id: UUID
    occurred_at: Moment
    kind: str
    outcome: Outcome
    device: str
    address: str | None
    current_session: bool
    reason: str | None


class EventPage(Leaving):
    """Up to fifty events, newest first. `next` asks for the page behind this one, as `?before=`; null on the last."""

    events: list[EventView]
    next: UUID | None


@router.get("", responses=GUARDED)
async def events(signed_in: Guarded, wired: Wired, before: Annotated[UUID | None, Query()] = None) -> EventPage:
    """The recent activity of this account."""
    found = await wired.trail.of_user(signed_in.user.id, before)
    return EventPage(
        events=[
            EventView(
                id=event.id,
                occurred_at=event.occurred_at,
                kind=event.kind,
                outcome=event.outcome,
                device=actor_name(event.client),
                address=event.client.address,
                current_session=event.session_id == signed_in.session_id,
                reason=reason if isinstance(reason := event.detail.get("reason"), str) else None,
            )
            for event in found
        ],
        next=found[-1].id if len(found) == PAGE else None,
    )
