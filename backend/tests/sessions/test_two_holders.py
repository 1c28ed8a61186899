"""What users are promised, told without knowing how it is kept: over random histories (Hypothesis).

A user whose answers get lost, and whose server forgets, is never thrown out. A thief who copied the cookie shows at
the next step of whoever comes second, at whatever distance of more than the grace one follows the other.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.sessions.failures import SessionEnded
from tests.builders import GOOD_PASSWORD
from tests.cluster import Cluster
from tests.sessions.test_model import GRACE, PUT_BACK, SAVE, opened
from tests.world import PHONE, World

_people = count(1)
_A_MOMENT = timedelta(seconds=1)
# Of a remembered session, so that none of these stories ends it.
PAUSES = st.sampled_from([timedelta(0), _A_MOMENT, GRACE - _A_MOMENT, GRACE, timedelta(minutes=10), timedelta(hours=9)])
FAR = st.sampled_from([GRACE, GRACE + _A_MOMENT, timedelta(minutes=10), timedelta(hours=9)])
STEPS = st.lists(st.tuples(st.sampled_from(["came", "lost", "backed up", "restored"]), PAUSES), max_size=12)


class Story:
    """One session, and what its database knew at the last backup."""

    def __init__(self, world: World, runner: asyncio.Runner) -> None:
        self._world = world
        self._runner = runner
        email = f"holder{next(_people)}@example.org"
        runner.run(world.user(email))
        logging_in = world.services.login.with_password(email, GOOD_PASSWORD, remember=True, client=PHONE)
        grant = runner.run(logging_in).grant
        self.session_id, self.first = grant.session_id, grant.refresh_token
        self.back_up()

    def refresh(self, token: str) -> str | None:
        """The token that answers this one; None when the session has ended."""
        try:
            return self._runner.run(self._world.services.sessions.refresh(token, PHONE)).refresh_token
        except SessionEnded:
            return None

    def wait(self, pause: timedelta) -> None:
        self._runner.run(self._world.later(pause))

    def back_up(self) -> None:
        self._backup = tuple(self._runner.run(self._world.database.fetch(SAVE, self.session_id))[0].values())

    def restore(self) -> None:
        self._runner.run(self._world.database.fetch(PUT_BACK, self.session_id, *self._backup))

    def alarms(self) -> object:
        told = "SELECT count(*) FROM audit_events WHERE kind = 'refresh_replayed' AND session_id = $1"
        return self._runner.run(self._world.scalar(told, self.session_id))

    def lives_through(self, steps: list[tuple[str, timedelta]]) -> str:
        """The cookie after these steps of an honest browser."""
        cookie = self.first
        for step, pause in steps:
            self.wait(pause)
            if step == "backed up":
                self.back_up()
            elif step == "restored":
                self.restore()
            else:
                answer = self.refresh(cookie)
                assert answer is not None
                cookie = answer if step == "came" else cookie
        return cookie


@pytest.fixture
def running(cluster: Cluster, tmp_path: Path) -> Iterator[tuple[World, asyncio.Runner]]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            yield runner.run(opened(stack, cluster, tmp_path)), runner
        finally:
            runner.run(stack.aclose())


@pytest.mark.asvs("v5.0.0-10.4.5")
def test_no_lost_answer_and_no_restored_database_throws_a_user_out(running: tuple[World, asyncio.Runner]) -> None:
    @settings(max_examples=40, deadline=None)
    @given(STEPS)
    def holds(steps: list[tuple[str, timedelta]]) -> None:
        story = Story(*running)
        cookie = story.lives_through(steps)
        assert story.refresh(cookie)
        assert story.alarms() == 0

    holds()


@pytest.mark.asvs("v5.0.0-10.4.5")
def test_a_second_holder_shows_at_the_next_step_at_any_distance(running: tuple[World, asyncio.Runner]) -> None:
    """Two hold one cookie. One goes on so many times, the other follows, and the first takes one more step."""

    @settings(max_examples=40, deadline=None)
    @given(STEPS, st.integers(min_value=1, max_value=3), st.lists(FAR, min_size=5, max_size=5))
    def holds(steps: list[tuple[str, timedelta]], before: int, distances: list[timedelta]) -> None:
        story = Story(*running)
        copied = story.lives_through(steps)
        story.wait(GRACE)
        goes_on: str | None = copied
        for _ in range(before):
            goes_on = story.refresh(goes_on) if goes_on else None
            story.wait(distances.pop())
        follows = story.refresh(copied)
        assert goes_on is not None
        assert (follows is None) == (before > 1)
        assert follows != goes_on
        story.wait(distances.pop())
        assert story.refresh(goes_on) is None
        assert story.alarms() == 1
        assert follows is None or story.refresh(follows) is None

    holds()


def test_who_follows_within_the_grace_gets_nothing_of_their_own(running: tuple[World, asyncio.Runner]) -> None:
    """Two tabs cannot be told from two holders there; as soon as one comes later, both are noticed."""

    @settings(max_examples=20, deadline=None)
    @given(st.integers(min_value=0, max_value=4), FAR)
    def holds(side_by_side: int, distance: timedelta) -> None:
        story = Story(*running)
        cookie = story.first
        for _ in range(side_by_side):
            answer = story.refresh(cookie)
            story.wait(GRACE - _A_MOMENT)
            assert answer is not None
            assert story.refresh(cookie) == answer
            cookie = answer
        goes_on = story.refresh(cookie)
        story.wait(distance)
        assert goes_on is not None
        assert story.refresh(cookie) not in {None, goes_on}
        assert story.refresh(goes_on) is None
        assert story.alarms() == 1

    holds()
