"""How long to wait, and what a charged attempt means. Pure.

The delays themselves are computed where they are counted, in one SQL statement; `delay_after` is the same rule for
people, and a test holds the two together.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from ipaddress import ip_address, ip_network

from doorstep.throttle.models import Charge

FIRST_DELAY = timedelta(seconds=1)
_IPV6_SITE_BITS = 64
_MOST_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force; 0 turns one off. `network_window` is what `network_*` count in."""

    free_failures: int
    longest_delay: timedelta
    lock_after: int
    network_free: int
    network_limit: int
    network_window: timedelta
    forget_after: timedelta


class Admission(Enum):
    """What a charged attempt means."""

    GO_ON = auto()
    WAIT = auto()
    PROVE_WORK = auto()
    CONFIRM_BY_MAIL = auto()


def judge(charge: Charge, limits: Limits) -> Admission:
    """Whether the password may be looked at."""
    if not charge.network_admitted:
        may_prove = limits.network_limit == 0 or charge.network_failures < limits.network_limit
        return Admission.PROVE_WORK if may_prove else Admission.WAIT
    if charge.admitted:
        return Admission.GO_ON
    return Admission.CONFIRM_BY_MAIL if is_locked(charge, limits) else Admission.WAIT


def is_locked(charge: Charge, limits: Limits) -> bool:
    """Whether unknown browsers are refused until the owner confirms by mail (NIST SP 800-63B-4 section 3.2.2)."""
    return limits.lock_after > 0 and charge.failures >= limits.lock_after and not charge.known_device


def seconds_to_wait(charge: Charge, limits: Limits, now: datetime) -> int:
    """Whole seconds until the next attempt is looked at, at least 1."""
    until = charge.blocked_until if charge.network_admitted else charge.network_began_at + limits.network_window
    return max(1, math.ceil((until - now).total_seconds())) if until else 1


def delay_after(failures: int, limits: Limits) -> timedelta:
    """How long the next attempt waits after this many failures in a row: nothing, then 1 s, doubling to the longest."""
    if limits.free_failures == 0 or failures < limits.free_failures:
        return timedelta(0)
    doublings = min(failures - limits.free_failures, _MOST_DOUBLINGS)
    return min(limits.longest_delay, FIRST_DELAY * (1 << doublings))


def network_of(address: str | None) -> str:
    """What one network address is: the address for IPv4, the /64 for IPv6, of which a household has a whole one."""
    if address is None:
        return "unknown"
    parsed = ip_address(address)
    bits = _IPV6_SITE_BITS if parsed.version == 6 else parsed.max_prefixlen  # noqa: PLR2004 -- IPv6
    return str(ip_network(f"{address}/{bits}", strict=False))
