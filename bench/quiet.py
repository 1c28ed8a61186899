"""Whether the machine is ours: waiting until others leave it alone, and how much they took meanwhile."""

import time
from dataclasses import dataclass

import psutil

OTHERS = ("other processes' share of all cores", "")
"""The name and unit under which a table tells how disturbed its repeats were."""

_QUIET_PERCENT = 8.0
_LOOK = 1.5
_LOOKS = 2


def wait_until_quiet(patience: float) -> None:
    """Wait until all cores together are almost idle, at most `patience` seconds.

    How disturbed the measurement was all the same is told by the share of others.
    """
    until = time.monotonic() + patience
    quiet = 0
    while quiet < _LOOKS:
        if time.monotonic() > until:
            return
        quiet = quiet + 1 if psutil.cpu_percent(_LOOK) < _QUIET_PERCENT else 0


@dataclass(frozen=True)
class Processors:
    """What was used of all cores since the start of the machine, in core-seconds: by all, and not at all."""

    busy: float
    idle: float

    @classmethod
    def now(cls) -> "Processors":
        """At this moment."""
        times = psutil.cpu_times()
        idle = times.idle + getattr(times, "iowait", 0.0)
        return cls(sum(times) - idle - getattr(times, "guest", 0.0), idle)

    def share_of_others(self, ours: float) -> float:
        """The share of all cores since then that was used by none of ours, who used `ours` core-seconds."""
        now = Processors.now()
        whole = now.busy - self.busy + now.idle - self.idle
        return max(0.0, now.busy - self.busy - ours) / whole
