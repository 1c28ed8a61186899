"""`--since` as people write it: «two hours ago», a day, or a moment."""

import re
from datetime import UTC, datetime, timedelta

from doorstep.kit.startup import StartupRefused

_AGO = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment_of(text: str, now: datetime) -> datetime:
    """The moment that `45s`, `30m`, `2h`, `7d`, `2026-11-01` or `2026-11-01T09:30` means; UTC where no zone is given.

    Raises StartupRefused for anything else.
    """
    ago = _AGO.fullmatch(text)
    try:
        if ago is not None:
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise StartupRefused(
            "--since takes a span such as 2h, 30m or 7d, a day such as 2026-11-01, or a moment such as "
            "2026-11-01T09:30Z."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
