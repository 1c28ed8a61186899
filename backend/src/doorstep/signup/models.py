"""What signing up gives."""

from dataclasses import dataclass
from uuid import UUID

from doorstep.sessions.models import Grant


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user who has just registered, the session they are in, and the id of the browser they did it in."""

    user_id: UUID
    grant: Grant
    device_id: UUID
