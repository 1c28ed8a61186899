"""When rows may go, and how the processes are spread."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from doorstep.upkeep.policy import EVERY, horizons, pause
from tests.builders import START

SPANS = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=500))


@given(SPANS, SPANS)
def test_no_counter_goes_while_it_counts(forget_after: timedelta, network_window: timedelta) -> None:
    until = horizons(
        START,
        forget_after=forget_after,
        network_window=network_window,
        lock_after=100,
        audit_retention=timedelta(days=400),
    )
    assert until.quiet_counters <= START - forget_after
    assert until.quiet_counters <= START - network_window
    assert until.counters <= until.quiet_counters
    assert until.counters <= START - timedelta(days=30)


@given(st.floats(min_value=0, max_value=1))
def test_the_pause_is_ten_minutes_give_or_take_a_fifth(chance: float) -> None:
    assert EVERY * 0.8 <= pause(EVERY, chance) <= EVERY * 1.2


def test_the_pause_uses_its_whole_range() -> None:
    assert pause(EVERY, 0) == timedelta(minutes=8)
    assert pause(EVERY, 1) == timedelta(minutes=12)
