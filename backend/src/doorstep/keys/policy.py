"""Which key signs, which verify, and when the next one is due. Pure.

A key is published before it signs and verifies until the last token it signed has expired, so a rotation refuses no
valid token: not here, and not in another service that fetched the key set a while ago.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from doorstep.keys.models import KeyState, SigningKey

HANDOVER = timedelta(minutes=1)
"""How long a key that was superseded by hand may still sign: a process that has not heard of it yet does."""


@dataclass(frozen=True, slots=True)
class Span:
    """When a new key signs."""

    activates_at: datetime
    retires_at: datetime


def signer(keys: Iterable[SigningKey], now: datetime) -> SigningKey | None:
    """The key that signs now: of those active, the one that came last.

    With none: the first of those that were made later than now, by which the clock was set back. Its time has come.
    """
    usable = [key for key in keys if key.withdrawn_at is None and now < key.retires_at]
    active = [key for key in usable if key.activates_at <= now]
    if not active:
        made_later = [key for key in usable if key.created_at > now]
        return min(made_later, key=lambda key: (key.activates_at, key.created_at), default=None)
    return max(active, key=lambda key: (key.activates_at, key.created_at))


def waiting(keys: Iterable[SigningKey], now: datetime) -> SigningKey | None:
    """The key that is published and does not sign yet; the first one if there are several."""
    future = [key for key in keys if key.withdrawn_at is None and key.activates_at > now]
    return min(future, key=lambda key: (key.activates_at, key.created_at), default=None)


def heir(keys: Sequence[SigningKey], now: datetime) -> SigningKey | None:
    """The waiting key, when it has to sign at once because no other does: others may know it already."""
    return waiting(keys, now) if signer(keys, now) is None else None


def verifiers(keys: Iterable[SigningKey], now: datetime, token_life: timedelta) -> tuple[SigningKey, ...]:
    """The keys whose tokens are believed and that are published."""
    return tuple(key for key in keys if verifies(key, now, token_life))


def verifies(key: SigningKey, now: datetime, token_life: timedelta) -> bool:
    """Whether tokens of this key are believed: it was not withdrawn, and its last token has not expired."""
    return key.withdrawn_at is None and now < key.retires_at + token_life


def next_span(keys: Sequence[SigningKey], now: datetime, life: timedelta, notice: timedelta) -> Span | None:
    """When a new key should sign, or None when none is due: the last one still has more than `notice` to go.

    With no key that signs now, the new one signs at once: there is nobody to wait for.
    """
    usable = [key for key in keys if key.withdrawn_at is None and key.retires_at > now]
    last = max((key.retires_at for key in usable), default=None)
    if last is not None and last > now + notice:
        return None
    starts = now if last is None or signer(usable, now) is None else last
    return Span(starts, starts + life)


def span_by_hand(
    keys: Iterable[SigningKey], now: datetime, life: timedelta, notice: timedelta, *, at_once: bool
) -> Span:
    """When a key that an operator asks for signs: `notice` from now, or at once, or when nothing else signs."""
    starts = now if at_once or signer(keys, now) is None else now + notice
    return Span(starts, starts + life)


def state(key: SigningKey, keys: Iterable[SigningKey], now: datetime, token_life: timedelta) -> KeyState:
    """What the key is for now."""
    if key.withdrawn_at is not None:
        return KeyState.WITHDRAWN
    if now >= key.retires_at + token_life:
        return KeyState.OVER
    if key.activates_at > now:
        return KeyState.WAITS
    return KeyState.SIGNS if signer(keys, now) == key else KeyState.VERIFIES
