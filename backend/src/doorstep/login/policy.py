"""Whether somebody gets in. Pure."""

from enum import Enum, auto

from doorstep.login.models import Attempt
from doorstep.users.models import UserStatus


class Verdict(Enum):
    """What a log-in comes to."""

    ADMIT = auto()
    CHALLENGE = auto()
    REFUSE = auto()


def judge(attempt: Attempt, *, password_matches: bool) -> Verdict:
    """Admit who is known, active and has the right password, unless a second factor is still to be shown.

    Everybody else is refused, without saying which it was.
    """
    if not is_right(attempt, password_matches=password_matches):
        return Verdict.REFUSE
    return Verdict.CHALLENGE if attempt.factors and not attempt.trusted else Verdict.ADMIT


def is_right(attempt: Attempt, *, password_matches: bool) -> bool:
    """Whether it is the password of somebody who may log in."""
    return may_log_in(attempt) and password_matches


def may_log_in(attempt: Attempt) -> bool:
    """Whether the right password would open a session: the user is known, active, and verified where that is asked."""
    user = attempt.credentials
    return user is not None and user.status is UserStatus.ACTIVE and not attempt.awaits_verification
