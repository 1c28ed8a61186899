"""The comparison itself: it sees what is there, also in noise, and nothing where there is nothing."""

import random

import pytest

from tests.timing.comparing import differences, superiority


def drawn(seed: int, shift: float, noise: float) -> list[float]:
    """Times like a log-in's: 15 ms, a long tail, and what `noise` adds."""
    dice = random.Random(seed)  # noqa: S311 -- noise, not a secret
    return [0.015 + shift + dice.lognormvariate(-7, 0.6) + dice.expovariate(1 / noise) for _ in range(300)]


def test_superiority_is_that_of_all_pairs() -> None:
    assert superiority([1, 2, 3], [4, 5]) == 0
    assert superiority([4, 5], [1, 2, 3]) == 1
    assert superiority([1, 2, 2], [1, 2, 2]) == 0.5
    assert superiority([2], [1, 2, 2, 3]) == 0.5


@pytest.mark.parametrize("noise", [0.0002, 0.002, 0.02])
def test_equal_times_are_not_told_apart(noise: float) -> None:
    for seed in range(40):
        samples = {"a": drawn(seed, 0, noise), "b": drawn(1000 + seed, 0, noise)}
        assert not differences(samples)[0].visible, seed


@pytest.mark.parametrize(("shift", "noise"), [(0.002, 0.0005), (-0.008, 0.005), (0.008, 0.015)])
def test_a_difference_shows_through_the_noise(shift: float, noise: float) -> None:
    for seed in range(40):
        samples = {"a": drawn(seed, shift, noise), "b": drawn(1000 + seed, 0, noise)}
        assert differences(samples)[0].visible, seed
