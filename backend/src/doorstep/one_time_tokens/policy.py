"""What a token from a mail is worth, and the table of what each is for. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from doorstep.one_time_tokens.models import OneTimeToken, Purpose
from doorstep.users.policy import email_key

MOST_WRONG_CODES = 5

MOST_UNUSED = 200
"""Tokens of one purpose that one user can have outstanding."""


class Change(StrEnum):
    """What makes outstanding tokens moot. The names stand in the docs."""

    NEW_PASSWORD = "new password"  # noqa: S105 -- the name of a change
    NEW_ADDRESS = "new address"
    EVICTION = "undo, «not me» or reset"
    DELETION = "deletion asked for"


@dataclass(frozen=True, slots=True)
class Rule:
    """One purpose: how long a token lives, whose mailbox gets it, what voids it, and what it does.

    `bound`: it opens only while the address that it was mailed to is the user's. `newest_only`: a new one voids those
    before it. `voided_by`: what makes all of them void, used or not.
    """

    life: timedelta
    audience: str
    bound: bool
    newest_only: bool
    voided_by: frozenset[Change]
    does: str


RULES: dict[Purpose, Rule] = {
    Purpose.VERIFY_EMAIL: Rule(
        life=timedelta(minutes=30),
        audience="the user's address",
        bound=True,
        newest_only=True,
        voided_by=frozenset({Change.NEW_ADDRESS, Change.DELETION}),
        does="the address is the user's",
    ),
    Purpose.RESET_PASSWORD: Rule(
        life=timedelta(minutes=60),
        audience="the user's address",
        bound=True,
        newest_only=True,
        voided_by=frozenset({Change.NEW_PASSWORD, Change.NEW_ADDRESS, Change.DELETION}),
        does="another password; every session ends, every browser is forgotten, nobody is signed in",
    ),
    Purpose.CONFIRM_NEW_EMAIL: Rule(
        life=timedelta(minutes=60),
        audience="the new address",
        bound=False,
        newest_only=True,
        voided_by=frozenset({Change.NEW_PASSWORD, Change.NEW_ADDRESS, Change.EVICTION, Change.DELETION}),
        does="the new address takes effect",
    ),
    Purpose.UNDO_NEW_EMAIL: Rule(
        life=timedelta(days=7),
        audience="the address before",
        bound=False,
        newest_only=False,
        voided_by=frozenset(),
        does="the old address is back, all that was added since is taken away, every session ends, and a reset begins",
    ),
    Purpose.NOT_ME: Rule(
        life=timedelta(days=7),
        audience="the user's address",
        bound=True,
        newest_only=False,
        voided_by=frozenset(),
        does="all that was added in that session is taken away, every session ends, and a reset begins",
    ),
    Purpose.UNLOCK_LOGIN: Rule(
        life=timedelta(hours=24),
        audience="the user's address",
        bound=True,
        newest_only=True,
        voided_by=frozenset({Change.NEW_ADDRESS}),
        does="new browsers may try again",
    ),
    Purpose.KEEP_ACCOUNT: Rule(
        life=timedelta(days=7),
        audience="the user's address",
        bound=True,
        newest_only=False,
        voided_by=frozenset(),
        does="the account is not deleted, and nothing else",
    ),
}
"""Every purpose. Code, `docs/security/takeover.md` and tests read this table."""


class Worth(Enum):
    """Why a token opens what it is for, or does not."""

    GOOD = auto()
    EXPIRED = auto()
    USED = auto()
    OUTGROWN = auto()


def judge(token: OneTimeToken, now: datetime) -> Worth:
    """Used comes before expired: who clicks twice wants to hear that it worked."""
    if token.used_at is not None:
        return Worth.USED
    if now >= token.expires_at:
        return Worth.EXPIRED
    return Worth.GOOD if is_mailed_to_user(token) else Worth.OUTGROWN


def is_mailed_to_user(token: OneTimeToken) -> bool:
    """Whether the address that the token was mailed to is still the user's, where that matters."""
    if not RULES[token.purpose].bound or token.email is None:
        return True
    return email_key(token.email) == email_key(token.user_email)


def voided_by(change: Change) -> tuple[Purpose, ...]:
    """The purposes whose outstanding tokens this change voids."""
    return tuple(purpose for purpose, rule in RULES.items() if change in rule.voided_by)
