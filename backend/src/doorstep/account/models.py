"""What a user sees of a change that is under way."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PendingEmail:
    """An address that takes effect once the mail to it is confirmed, and until when it can be."""

    email: str
    expires_at: datetime
