"""Whether somebody gets in. Pure."""

from enum import Enum, auto

from doorstep.users.models import Credentials, UserStatus


class Verdict(Enum):
    """What a log-in comes to."""

    ADMIT = auto()
    REFUSE = auto()


def judge(credentials: Credentials | None, *, password_matches: bool) -> Verdict:
    """Admit who is known, active and has the right password; refuse everybody else, without saying which it was."""
    if credentials is None or credentials.status is not UserStatus.ACTIVE or not password_matches:
        return Verdict.REFUSE
    return Verdict.ADMIT
