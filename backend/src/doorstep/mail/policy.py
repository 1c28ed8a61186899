"""How many mails a mailbox gets, and whether and when one that could not be sent is tried again. Pure."""

import re
from datetime import datetime, timedelta

from doorstep.mail.models import Mailbox, MailKind, Priority, Reply, Stage

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


# At the start of a line (RFC 2034), or after a # as qmail and Cisco write it.
_ENHANCED = re.compile(r"(?:^[(\[]?|#)([245]\.\d{1,3}\.\d{1,3})(?![.\d])", re.MULTILINE)
_PERMANENT = range(500, 600)
_MAILBOX_REFUSED = frozenset({550, 551, 553})
_SENDERS_ADDRESS = frozenset({"5.1.7", "5.1.8"})
_EITHER_ADDRESS = "5.1.0"
_SENDER = re.compile(r"\bsenders?\b", re.IGNORECASE)
_ADDRESS = re.compile(r"<[^>]*>|\S+@\S+")
# Exim gives no enhanced code: a missing log-in is "550 relay not permitted", its sender's "550 Sender verify failed".
_SAYS_IT_IS_US = re.compile(
    r"\b(?:relay\w*|authenticat\w*|authori[sz]\w*|prohibit\w*|log-?in|senders?|sending|client|spam\w*|polic\w*|block(?:ed|list\w*)"
    r"|blacklist\w*|reputation|spf|dkim|dmarc)\b",
    re.IGNORECASE,
)


def enhanced_code(reply: Reply) -> str | None:
    """The enhanced status code of a reply (RFC 3463), or None where the server gives none."""
    found = _ENHANCED.search(reply.words)
    return found[1] if found else None


def is_recipients_fault(reply: Reply) -> bool:
    """Whether a mail was refused for good because of its recipient, so that no later try and no setting makes it leave.

    Everything else waits: Postfix says at RCPT whatever it refuses, as 554 5.7.1 a missing log-in. RFC 3463 section 3.2
    has the bad addresses (X.1.7 and X.1.8 are the sender's) and X.2.1, a mailbox that is disabled.
    """
    if reply.stage not in {Stage.RECIPIENT, Stage.CONTENT} or reply.code not in _PERMANENT:
        return False
    enhanced = enhanced_code(reply)
    if enhanced is None:
        return reply.code in _MAILBOX_REFUSED and not _says_it_is_us(reply)
    if enhanced == _EITHER_ADDRESS:
        return not _says_it_is_us(reply)
    return enhanced == "5.2.1" or (enhanced.startswith("5.1.") and enhanced not in _SENDERS_ADDRESS)


def is_about_sender(reply: Reply) -> bool:
    """Whether the sender was refused, at whatever step the server said so."""
    return reply.stage is Stage.SENDER or _SENDER.search(_ADDRESS.sub("", reply.words)) is not None


def _says_it_is_us(reply: Reply) -> bool:
    return _SAYS_IT_IS_US.search(_ADDRESS.sub("", reply.words)) is not None
