"""The signing keys. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from doorstep.doctor.models import Finding, Voice
from doorstep.keys.models import KeyState, Listed


def signing_keys(listed: Sequence[Listed], now: datetime, notice: timedelta, *, opened: bool) -> Finding:
    """Whether a key signs, ours opens it, and the next one comes in time."""
    voice = Voice("signing keys")
    signs = next((each.key for each in listed if each.state is KeyState.SIGNS), None)
    waits = next((each.key for each in listed if each.state is KeyState.WAITS), None)
    if not opened:
        return voice.fail(
            "The secret does not open them: put the one they were sealed with into DOORSTEP_SECRET_FALLBACKS, "
            "or, if it is lost, withdraw them with `doorstep secret rotate --lost`."
        )
    if not listed:
        return voice.warn("There is none yet: the server makes it when it starts.")
    if signs is None:
        return voice.fail("None signs, so nobody can log in: start `doorstep serve`.")
    if waits is None and signs.retires_at < now + notice / 2:
        return voice.warn("The next one is overdue: see that `doorstep serve` runs, which makes it.")
    upcoming = waits.activates_at if waits else signs.retires_at
    return voice.ok(
        f"{signs.kid[:8]} signs since {signs.activates_at:%Y-%m-%d}; "
        f"the next takes over on {upcoming:%Y-%m-%d at %H:%M} UTC."
    )
