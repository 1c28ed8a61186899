"""Sessions against a model of what they promise, over random histories with a hand-moved clock (Hypothesis)."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, rule, run_state_machine_as_test

from doorstep.kit.database import Database
from doorstep.sessions.failures import SessionEnded, Unauthenticated
from doorstep.sessions.models import Grant
from tests.builders import GOOD_PASSWORD, HandClock, settings_for
from tests.cluster import Cluster
from tests.world import PHONE, World, world_over

GRACE = timedelta(seconds=30)
_people = count(1)


@dataclass
class Modelled:
    """What one session should be."""

    remember: bool
    begun: datetime
    idle_end: datetime
    rotated: datetime
    tokens: list[str]
    access_token: str
    ended: bool = False

    def lives(self) -> tuple[timedelta, timedelta]:
        return (timedelta(days=14), timedelta(days=30)) if self.remember else (timedelta(hours=1), timedelta(hours=24))

    def is_live(self, now: datetime) -> bool:
        return not self.ended and now < self.idle_end and now < self.begun + self.lives()[1]

    def touched(self, now: datetime) -> None:
        idle, absolute = self.lives()
        self.idle_end = min(now + idle, self.begun + absolute)


class SessionsMachine(RuleBasedStateMachine):
    """Clients log in, refresh (also at once, late, or with old tokens), log out, are disabled, and time goes on."""

    sessions: Bundle[Modelled] = Bundle("sessions")

    def __init__(self, world: World, runner: asyncio.Runner) -> None:
        super().__init__()
        self.world = world
        self.runner = runner

    @initialize()
    def register(self) -> None:
        self.email = f"person{next(_people)}@example.org"
        self.disabled = False
        self.runner.run(self.world.user(self.email))

    @property
    def now(self) -> datetime:
        return self.world.clock.now

    def refresh(self, token: str) -> Grant | None:
        try:
            return self.runner.run(self.world.services.sessions.refresh(token, PHONE))
        except SessionEnded:
            return None

    @rule(target=sessions, remember=st.booleans())
    def log_in(self, remember: bool) -> Modelled:
        if self.disabled:
            self.set_status()
        grant = self.runner.run(
            self.world.services.login.with_password(self.email, GOOD_PASSWORD, remember=remember, client=PHONE)
        ).grant
        session = Modelled(remember, self.now, self.now, self.now, [grant.refresh_token], grant.access_token)
        session.touched(self.now)
        return session

    @rule(by=st.sampled_from(["1 s", "29 s", "31 s", "9 min", "11 min", "59 min", "61 min", "23 h", "13 d", "17 d"]))
    def time_goes_on(self, by: str) -> None:
        amount, unit = by.split()
        seconds = {"s": 1, "min": 60, "h": 3600, "d": 86_400}[unit]
        self.runner.run(self.world.later(timedelta(seconds=int(amount) * seconds)))

    @rule(session=sessions, at_once=st.integers(min_value=1, max_value=5))
    def refresh_with_the_current_token(self, session: Modelled, at_once: int) -> None:
        expected = session.is_live(self.now) and not self.disabled

        async def all_at_once() -> list[Grant | BaseException]:
            refresh = self.world.services.sessions.refresh
            return await asyncio.gather(
                *(refresh(session.tokens[-1], PHONE) for _ in range(at_once)), return_exceptions=True
            )

        outcomes = self.runner.run(all_at_once())
        grants = [outcome for outcome in outcomes if isinstance(outcome, Grant)]
        if not expected:
            assert not grants
            return
        assert len(grants) == at_once
        assert len({grant.refresh_token for grant in grants}) == 1
        session.tokens.append(grants[0].refresh_token)
        session.access_token = grants[-1].access_token
        session.rotated = self.now
        session.touched(self.now)

    @rule(session=sessions, back=st.integers(min_value=1, max_value=4))
    def refresh_with_an_older_token(self, session: Modelled, back: int) -> None:
        if back >= len(session.tokens):
            return
        live = session.is_live(self.now) and not self.disabled
        grant = self.refresh(session.tokens[-1 - back])
        if live and back == 1 and self.now < session.rotated + GRACE:
            assert grant is not None
            assert grant.refresh_token == session.tokens[-1]
            return
        assert grant is None
        if live:
            session.ended = True

    @rule(session=sessions)
    def use_the_access_token(self, session: Modelled) -> None:
        try:
            self.runner.run(self.world.services.gate.identify(session.access_token))
            admitted = True
        except Unauthenticated:
            admitted = False
        if admitted:
            assert session.is_live(self.now)
            assert not self.disabled
        elif self.now == session.rotated:
            assert not session.is_live(self.now) or self.disabled

    @rule(session=consumes(sessions))
    def log_out(self, session: Modelled) -> None:
        self.runner.run(self.world.services.sessions.log_out(session.tokens[-1], PHONE))
        assert self.refresh(session.tokens[-1]) is None

    @rule()
    def set_status(self) -> None:
        users = self.world.services.users
        self.runner.run((users.enable if self.disabled else users.disable)(self.email, PHONE))
        self.disabled = not self.disabled


async def opened(stack: AsyncExitStack, cluster: Cluster, tmp_path: Path) -> World:
    dsn = await stack.enter_async_context(cluster.migrated_database())
    database = Database(dsn, connections=6)
    await database.open()
    stack.push_async_callback(database.close)
    world = await world_over(database, HandClock(), settings_for(dsn, tmp_path))
    stack.callback(world.services.close)
    return world


def test_sessions_keep_every_promise_of_the_model(cluster: Cluster, tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        opened_world = runner.run(opened(stack, cluster, tmp_path))

        class Machine(SessionsMachine):
            def __init__(self) -> None:
                super().__init__(opened_world, runner)

        try:
            run_state_machine_as_test(Machine, settings=hypothesis_settings(max_examples=25, stateful_step_count=30))
        finally:
            runner.run(stack.aclose())
