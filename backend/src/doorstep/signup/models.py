"""What signing up gives."""

from dataclasses import dataclass
from uuid import UUID

from doorstep.sessions.models import Grant


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user who has just registered, and the session they are in."""

    user_id: UUID
    grant: Grant
