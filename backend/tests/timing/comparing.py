"""Whether two kinds of answers can be told apart by their time, judged by the size of the effect.

Samples of all kinds are taken in turns, so that what else happens on the machine hits all alike: noise then makes them
harder to tell apart, never easier. A significance alone would call any difference one as soon as there are enough
samples; what counts is how well an attacker would guess from one answer, and by how much the middle is shifted.
"""

import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from statistics import median

Samples = Mapping[str, list[float]]

# What would help an attacker: guessing right three times in five from one answer, or a tenth of a log-in's time.
TOLD_APART = 0.1
SHIFTED = 0.1
# What is no accident on any machine.
_ERRORS = 5
# Median absolute deviation to standard deviation, and the standard error of a median beside that of a mean.
_MAD_TO_SIGMA = 1.4826
_MEDIAN_ERROR = 1.2533


async def taken_in_turns(kinds: Mapping[str, Callable[[int], Awaitable[None]]], rounds: int) -> Samples:
    """Seconds of `rounds` samples of each kind, one of each in every round, in an order drawn anew."""
    dice = random.Random(20_260_314)  # noqa: S311 -- an order, not a secret
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    warm_up = max(3, rounds // 20)
    for number in range(-warm_up, rounds):
        for name in dice.sample(list(kinds), len(kinds)):
            begun = time.perf_counter()
            await kinds[name](number + warm_up)
            if number >= 0:
                taken[name].append(time.perf_counter() - begun)
    return taken


def superiority(some: list[float], others: list[float]) -> float:
    """The chance that one of `some` is larger than one of `others` (Mann-Whitney's U over all pairs)."""
    ordered = sorted(others)
    pairs = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in some)
    return pairs / (2 * len(some) * len(others))


@dataclass(frozen=True)
class Difference:
    """How two kinds differ over `rounds`: `shift` is the median of the rounds' differences, in seconds.

    `error` is the standard error of `shift`, and `usual` the time that an answer takes.
    """

    names: tuple[str, str]
    rounds: int
    superiority: float
    shift: float
    error: float
    usual: float

    @property
    def visible(self) -> bool:
        """Whether somebody who measures could tell the two apart."""
        chance = sqrt((2 * self.rounds + 1) / 12) / self.rounds  # the standard error of U / n^2 among equals
        guessed = abs(self.superiority - 0.5) > max(TOLD_APART, _ERRORS * chance)
        return guessed or abs(self.shift) > SHIFTED * self.usual + _ERRORS * self.error


def differences(samples: Samples) -> list[Difference]:
    """Every kind beside every other."""
    return [_difference(samples, *pair) for pair in combinations(samples, 2)]


def _difference(samples: Samples, one: str, other: str) -> Difference:
    apart = [a - b for a, b in zip(samples[one], samples[other], strict=True)]
    shift = median(apart)
    spread = _MAD_TO_SIGMA * median(abs(value - shift) for value in apart)
    return Difference(
        names=(one, other),
        rounds=len(apart),
        superiority=superiority(samples[one], samples[other]),
        shift=shift,
        error=_MEDIAN_ERROR * spread / sqrt(len(apart)),
        usual=median([*samples[one], *samples[other]]),
    )
