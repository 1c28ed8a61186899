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


def still_admitted(checked: Credentials, now_stored: Credentials | None) -> bool:
    """Whether what was checked before hashing still holds: nothing was changed while the hash was computed."""
    return (
        now_stored is not None
        and now_stored.status is UserStatus.ACTIVE
        and now_stored.credential_version == checked.credential_version
    )
