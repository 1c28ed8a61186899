"""When a mail that could not be sent is tried again. Pure."""

from datetime import datetime, timedelta

from doorstep.mail.models import Mailbox, MailKind, Priority

LEASE = timedelta(minutes=3)
"""How long a worker has a mail in hand before another may take it."""

LONGEST_SENDING = timedelta(minutes=2)
"""When a worker stops waiting for the mail server: well before its lease ends, so that no mail is in two hands."""

MOST_AN_HOUR = 5
"""Mails of one kind to one mailbox within an hour; with each of some goes a code of five tries."""

MOST_A_DAY = 20
"""Awaited mails of one kind to one mailbox within a day, where its reader may be a stranger to the account."""

MOST_TOGETHER = 15
"""Mails of all other kinds together to one mailbox within an hour, but for the first of each kind."""

MOST_ASKED = 20
"""Mails of one kind that all sessions of one user can cause within an hour by asking, to whichever mailbox."""

MOST_SUMMARIES = 1
"""Summaries to one mailbox within an hour, of what was past the limits above."""

MOST_WAITING = 50
"""Mails that wait for one mailbox, whatever the hour; awaited ones and the first of a kind go beyond."""

WINDOW = timedelta(hours=1)
DAY = timedelta(days=1)

SPACING = timedelta(seconds=10)
"""How much later the place in the queue is for each mail of the same mailbox that waits already."""

MOST_SPACED = 200
"""Mails of one mailbox that count for that."""

LATEST_TURN = SPACING * MOST_SPACED
"""How far ahead the turn of a mail that is due can be."""

_AWAITED = frozenset({MailKind.VERIFY_EMAIL, MailKind.RESET_PASSWORD, MailKind.CONFIRM_NEW_EMAIL, MailKind.WELCOME})
_NEWS = frozenset(
    {
        MailKind.ALREADY_REGISTERED,
        MailKind.ACCOUNT_KEPT,
        MailKind.DATA_EXPORTED,
        MailKind.SUBSCRIPTION_CANCELLED,
        MailKind.SUBSCRIPTION_RESUMED,
        MailKind.TOO_MANY_SESSIONS,
        MailKind.ACTIVITY_SUMMARY,
    }
)


def priority(kind: MailKind) -> Priority:
    """What a person waits for goes first, then what tells of the account's safety, then news."""
    if kind in _AWAITED:
        return Priority.AWAITED
    return Priority.NEWS if kind in _NEWS else Priority.SECURITY


def has_room(mailbox: Mailbox, kind: MailKind, *, is_verified: bool = False) -> bool:
    """Whether one more mail of this kind may be written to a mailbox; `is_verified`: its reader is the user.

    The first of a kind within the hour always may, so that noise of one kind displaces none of another. What a stranger
    can ask for does not use up what its user needs for the rest of the day.
    """
    if priority(kind) is Priority.AWAITED:
        return mailbox.of_kind < MOST_AN_HOUR and (is_verified or mailbox.of_kind_today < MOST_A_DAY)
    if kind is MailKind.ACTIVITY_SUMMARY:
        return mailbox.of_kind < MOST_SUMMARIES
    if mailbox.of_kind == 0:
        return True
    return mailbox.waiting < MOST_WAITING and mailbox.of_kind < MOST_AN_HOUR and mailbox.together < MOST_TOGETHER


def may_ask(*, in_session: int, of_user: int) -> bool:
    """Whether one more may be asked for, after so many within the hour in this session and by all of this user."""
    return in_session < MOST_AN_HOUR and of_user < MOST_ASKED


_PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 3600, 2 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after that many attempts; None when it is time to give up (after about two days)."""
    if attempts > len(_PAUSES):
        return None
    return now + _PAUSES[attempts - 1]
