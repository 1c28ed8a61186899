"""Who is asking."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doorstep.subscriptions.models import Subscription
from doorstep.users.models import User


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The user behind a request, the session they came by, and their newest subscription (None: never had one)."""

    user: User
    session_id: UUID
    authenticated_at: datetime
    amr: tuple[str, ...]
    subscription: Subscription | None

    @property
    def user_id(self) -> UUID:
        """Whose session it is."""
        return self.user.id
