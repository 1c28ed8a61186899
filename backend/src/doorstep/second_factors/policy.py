"""Whether somebody may do what matters. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta

from doorstep.second_factors.models import AMR
from doorstep.sessions.policy import is_recent

ENOUGH_PASSKEYS = 2
"""Passkeys of a user without a password and without recovery codes: one can be lost."""


def may_turn_off(*, has_password: bool, passkeys: int) -> bool:
    """Whether the user gets in without the recovery codes, which go with the app."""
    return has_password or passkeys >= ENOUGH_PASSKEYS


def may_act(
    *, authenticated_at: datetime, amr: Collection[str], has_second_factor: bool, now: datetime, age: timedelta
) -> bool:
    """Whether the proof is recent, and as strong as the account's log-in: both factors where there are two.

    A passkey whose person was verified is both (`mfa`).
    """
    if has_second_factor and not set(AMR.values()) & set(amr):
        return False
    return is_recent(authenticated_at, now, age)
