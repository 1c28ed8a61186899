"""What a token from a mail is worth. Pure."""

from datetime import datetime
from enum import Enum, auto

from doorstep.one_time_tokens.models import OneTimeToken

MOST_WRONG_CODES = 5


class Worth(Enum):
    """Why a token opens what it is for, or does not."""

    GOOD = auto()
    EXPIRED = auto()
    USED = auto()


def judge(token: OneTimeToken, now: datetime) -> Worth:
    """Used comes before expired: who clicks twice wants to hear that it worked."""
    if token.used_at is not None:
        return Worth.USED
    return Worth.GOOD if now < token.expires_at else Worth.EXPIRED
