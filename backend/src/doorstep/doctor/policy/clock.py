"""Clocks: tokens, keys and sessions go by the time of day, and each machine has its own idea of it. Pure."""

from datetime import timedelta

from doorstep.doctor.models import Finding, Voice

_FINE = timedelta(seconds=2)  # an HTTP date has whole seconds
_WORST = timedelta(seconds=10)


def clock(of: str, ahead: timedelta | None) -> Finding | None:
    """Whether that clock agrees with this machine's. `ahead` is how far it is ahead."""
    if ahead is None:
        return None
    voice = Voice("clock")
    apart = abs(ahead)
    if apart <= _FINE:
        return voice.ok(f"This machine and {of} agree on the time.")
    words = f"This machine is {apart.total_seconds():.0f} s {'behind' if ahead > timedelta(0) else 'ahead of'} {of}"
    mend = "let time synchronisation (chrony, systemd-timesyncd) run on both"
    if apart <= _WORST:
        return voice.warn(f"{words}: {mend}.")
    return voice.fail(f"{words}, and tokens are refused: {mend}.")
