"""A pass: shows a server that whoever asks holds the master secret, and so is its operator. Good for a minute."""

import hmac
import re
from datetime import datetime, timedelta

_SHAPE = re.compile(r"(\d{1,12})\.([0-9a-f]{64})")
_LASTS = timedelta(minutes=1)


def make_pass(key: bytes, now: datetime) -> str:
    """The moment and its HMAC-SHA-256 under `key`, a key derived for this purpose alone."""
    return _of(key, int(now.timestamp()))


def is_genuine(key: bytes, text: str, now: datetime) -> bool:
    """Whether `text` is a pass of this key that was made less than a minute ago, or as little ahead of our clock."""
    match = _SHAPE.fullmatch(text)
    if match is None or abs(now.timestamp() - int(match[1])) >= _LASTS.total_seconds():
        return False
    return hmac.compare_digest(_of(key, int(match[1])), text)


def _of(key: bytes, second: int) -> str:
    return f"{second}.{hmac.digest(key, str(second).encode(), 'sha256').hex()}"
