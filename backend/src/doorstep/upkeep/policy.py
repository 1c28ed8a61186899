"""From when on a row is no longer needed. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

KEEP_COUNTERS = timedelta(days=30)
KEEP_ENDED_SESSIONS = timedelta(days=30)
KEEP_UNUSED_DEVICES = timedelta(days=400)
"""As long as browsers keep a cookie (RFC 6265bis section 5.5)."""
KEEP_OLD_KEYS = timedelta(days=90)
KEEP_OLD_TOKENS = timedelta(days=7)
KEEP_MAILS = timedelta(days=30)
"""After a mail was sent, or given up."""
KEEP_RECOVERY_REQUESTS = timedelta(hours=1)
"""They are answered within a second; what lies longer would be answered to somebody who has given up."""
KEEP_PENDING_SECRETS = timedelta(hours=1)
"""Of an authenticator app that nobody confirmed; it could not be confirmed after a quarter of that."""
KEEP_PENDING_CODES = timedelta(days=1)
"""Of recovery codes that nobody has kept; they could not be kept any more (`recovery_codes.policy.PENDING_LIFE`)."""
PROOF_MARGIN = timedelta(hours=1)
"""Spent proofs and challenges are remembered somewhat longer than they live: clocks of processes differ."""

EVERY = timedelta(minutes=10)
_JITTER = 0.2


@dataclass(frozen=True, slots=True)
class Horizons:
    """What was last needed before these moments may go.

    `quiet_counters` holds for counters below `lock_after` failures (0: there is no lock), `counters` for all.
    """

    quiet_counters: datetime
    counters: datetime
    lock_after: int
    proofs: datetime
    sessions: datetime
    devices: datetime
    events: datetime
    keys: datetime
    tokens: datetime
    mails: datetime
    recovery_requests: datetime
    held_addresses: datetime
    login_tickets: datetime
    totp_pending: datetime
    codes_pending: datetime


def horizons(
    now: datetime,
    *,
    forget_after: timedelta,
    network_window: timedelta,
    lock_after: int,
    audit_retention: timedelta,
) -> Horizons:
    """The horizons at `now`. A counter stays at least until it would be counted anew anyway."""
    still_counts = max(forget_after, network_window)
    return Horizons(
        quiet_counters=now - still_counts,
        counters=now - max(KEEP_COUNTERS, still_counts),
        lock_after=lock_after,
        proofs=now - PROOF_MARGIN,
        sessions=now - KEEP_ENDED_SESSIONS,
        devices=now - KEEP_UNUSED_DEVICES,
        events=now - audit_retention,
        keys=now - KEEP_OLD_KEYS,
        tokens=now - KEEP_OLD_TOKENS,
        mails=now - KEEP_MAILS,
        recovery_requests=now - KEEP_RECOVERY_REQUESTS,
        held_addresses=now,
        login_tickets=now,
        totp_pending=now - KEEP_PENDING_SECRETS,
        codes_pending=now - KEEP_PENDING_CODES,
    )


def pause(every: timedelta, chance: float) -> timedelta:
    """How long to wait for the next purge; `chance` in 0..1 spreads processes that were started together by a fifth."""
    return every * (1 + _JITTER * (2 * chance - 1))
