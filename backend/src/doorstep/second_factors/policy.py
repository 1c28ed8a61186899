"""Whether somebody may do what matters. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta

from doorstep.second_factors.models import AMR
from doorstep.sessions.policy import is_recent


def may_act(
    *, authenticated_at: datetime, amr: Collection[str], has_second_factor: bool, now: datetime, age: timedelta
) -> bool:
    """Whether the proof is recent, and as strong as the account's log-in: both factors where there are two.

    A passkey whose person was verified is both (`mfa`).
    """
    if has_second_factor and not set(AMR.values()) & set(amr):
        return False
    return is_recent(authenticated_at, now, age)
