"""When a mail that could not be sent is tried again. Pure."""

from datetime import datetime, timedelta

LEASE = timedelta(minutes=3)
"""How long a worker has a mail in hand before another may take it."""

LONGEST_SENDING = timedelta(minutes=2)
"""When a worker stops waiting for the mail server: well before its lease ends, so that no mail is in two hands."""

MOST_AN_HOUR = 5
"""Mails of one kind to one address that somebody can cause by asking; with each goes a code of five tries."""

WINDOW = timedelta(hours=1)

_PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 3600, 2 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after that many attempts; None when it is time to give up (after about two days)."""
    if attempts > len(_PAUSES):
        return None
    return now + _PAUSES[attempts - 1]
