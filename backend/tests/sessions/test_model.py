"""Sessions against a model of what they promise, over random histories with a hand-moved clock (Hypothesis).

Among them: answers that were lost, thieves with a token of any age, and a database that forgets what it knew last.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from doorstep.kit.database import Database
from doorstep.sessions.failures import SessionEnded, Unauthenticated
from doorstep.sessions.models import Grant
from tests.builders import GOOD_PASSWORD, HandClock, settings_for
from tests.cluster import Cluster
from tests.world import PHONE, World, world_over

GRACE = timedelta(seconds=30)
A_SECOND = timedelta(seconds=1)
PAUSES = st.sampled_from(
    [A_SECOND, GRACE - A_SECOND, GRACE, GRACE + A_SECOND, *(timedelta(minutes=m) for m in (9, 59))]
)
BACK = st.integers(min_value=0, max_value=3)
AT_ONCE = st.integers(min_value=1, max_value=3)
_people = count(1)


@dataclass(frozen=True)
class Known:
    """What the database knows of a session: which of its tokens is the current one, and in answer to which it was sent.

    `answered` is -1 for the first, which a log-in has sent.
    """

    current: int
    answered: int
    rotated: datetime
    idle_end: datetime
    ended: bool = False


SAVE = "SELECT generation, skipped_from, skipped_to, rotated_at, idle_expires_at FROM sessions WHERE id = $1"
PUT_BACK = """
UPDATE sessions SET generation = $2, skipped_from = $3, skipped_to = $4, rotated_at = $5, idle_expires_at = $6,
                    revoked_at = NULL, revoked_reason = NULL
WHERE id = $1
"""


@dataclass
class Modelled:
    """What one session should be. `tokens` are all that were ever sent, in order; `backup` is an older state."""

    id: UUID
    remember: bool
    begun: datetime
    known: Known
    tokens: list[str]
    access_token: str
    backup: tuple[Known, tuple[object, ...]] | None = None
    accusations: int = 0

    def lives(self) -> tuple[timedelta, timedelta]:
        return (timedelta(days=14), timedelta(days=30)) if self.remember else (timedelta(hours=1), timedelta(hours=24))

    def is_live(self, now: datetime) -> bool:
        return not self.known.ended and now < self.known.idle_end and now < self.begun + self.lives()[1]

    def answered(self, place: int, sent: int, now: datetime) -> None:
        """The token at `place` was answered by the one at `sent`, which is current now."""
        idle, absolute = self.lives()
        self.known = Known(sent, place, now, min(now + idle, self.begun + absolute))

    def expected(self, place: int, now: datetime) -> int | None:
        """The place of the token that answers this one; None when there is none. Repeated or new, by the place."""
        known = self.known
        if place >= known.current:
            return place + 1
        if place != known.answered:
            return None
        return known.current if now < known.rotated + GRACE else known.current + 1


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
        self.begun: list[Modelled] = []
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
            self.set_status(disabled=False)
        grant = self.runner.run(
            self.world.services.login.with_password(self.email, GOOD_PASSWORD, remember=remember, client=PHONE)
        ).grant
        session = Modelled(
            grant.session_id,
            remember,
            self.now,
            Known(0, -1, self.now, self.now),
            [grant.refresh_token],
            grant.access_token,
        )
        session.answered(-1, 0, self.now)
        self.begun.append(session)
        return session

    @rule(
        by=PAUSES | st.sampled_from([timedelta(hours=1), timedelta(hours=23), timedelta(days=13), timedelta(days=17)])
    )
    def wait(self, by: timedelta) -> None:
        self.runner.run(self.world.later(by))

    @rule(session=sessions, at_once=AT_ONCE, back=st.integers(min_value=0, max_value=5))
    def refresh_with_a_token_of_any_age(self, session: Modelled, at_once: int, back: int) -> None:
        """A user who has the newest, one who lost an answer or several, or a thief who copied one some time ago."""
        self.present(session, len(session.tokens) - 1 - back, at_once)

    @rule(session=sessions, at_once=AT_ONCE, pauses=st.lists(PAUSES, min_size=1, max_size=3))
    def lose_answers(self, session: Modelled, at_once: int, pauses: list[timedelta]) -> None:
        """One token is presented again and again; in between whoever got an answer may go on with it."""
        place = len(session.tokens) - 1
        self.present(session, place, at_once)
        for pause in pauses:
            self.wait(pause)
            self.present(session, place, at_once)

    @rule(session=sessions, steps=st.integers(min_value=1, max_value=3), distance=PAUSES, back=BACK)
    def follow_at_a_distance(self, session: Modelled, steps: int, distance: timedelta, back: int) -> None:
        """Two hold one token. The first takes so many steps, the second follows, then the first goes on."""
        copied = len(session.tokens) - 1
        for place in range(copied, copied + steps):
            self.present(session, place)
            self.wait(distance)
        self.present(session, copied)
        self.wait(distance)
        self.present(session, len(session.tokens) - 1 - back)

    @rule(session=sessions, steps=st.integers(min_value=1, max_value=4), pause=PAUSES, back=BACK)
    def forget(self, session: Modelled, steps: int, pause: timedelta, back: int) -> None:
        """The database forgets what it knew of the last steps, some of which were skips."""
        self.back_up(session)
        for step in range(steps):
            self.wait(pause)
            self.present(session, len(session.tokens) - 1 - step % 2)
        self.restore(session)
        self.present(session, len(session.tokens) - 1 - back)

    def present(self, session: Modelled, place: int, at_once: int = 1) -> None:
        if not 0 <= place < len(session.tokens):
            return
        live = session.is_live(self.now) and not self.disabled
        sent = session.expected(place, self.now)

        async def all_at_once() -> list[Grant | BaseException]:
            refresh = self.world.services.sessions.refresh
            return await asyncio.gather(
                *(refresh(session.tokens[place], PHONE) for _ in range(at_once)), return_exceptions=True
            )

        outcomes = self.runner.run(all_at_once())
        grants = [outcome for outcome in outcomes if isinstance(outcome, Grant)]
        if not live or sent is None:
            assert not grants
            assert all(isinstance(outcome, SessionEnded) for outcome in outcomes)
            if live:
                session.known = replace(session.known, ended=True)
                session.accusations += 1
            return
        assert len(grants) == at_once
        [token] = {grant.refresh_token for grant in grants}
        if sent == len(session.tokens):
            assert token not in session.tokens
            session.tokens.append(token)
        assert token == session.tokens[sent]
        session.access_token = grants[-1].access_token
        if sent != session.known.current:
            session.answered(place, sent, self.now)

    @rule(session=sessions)
    def back_up(self, session: Modelled) -> None:
        if not session.known.ended:
            row = self.runner.run(self.world.database.fetch(SAVE, session.id))[0]
            session.backup = (session.known, tuple(row.values()))

    @rule(session=sessions)
    def restore(self, session: Modelled) -> None:
        """The backup is put in place, or another server goes on that had not heard the last; the clock goes on."""
        if session.backup is not None:
            session.known, row = session.backup
            self.runner.run(self.world.database.fetch(PUT_BACK, session.id, *row))

    @invariant()
    def only_thefts_are_told(self) -> None:
        told = "SELECT session_id, count(*) AS alarms FROM audit_events WHERE kind = 'refresh_replayed' GROUP BY 1"
        alarms = {row["session_id"]: row["alarms"] for row in self.runner.run(self.world.database.fetch(told))}
        for session in self.begun:
            assert alarms.get(session.id, 0) == session.accusations

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
        elif self.now == session.known.rotated:
            assert not session.is_live(self.now) or self.disabled

    @rule(session=consumes(sessions))
    def log_out(self, session: Modelled) -> None:
        self.runner.run(self.world.services.sessions.log_out(session.tokens[-1], PHONE))
        assert self.refresh(session.tokens[-1]) is None
        session.known = replace(session.known, ended=True)

    @rule(session=sessions, back=BACK, for_good=st.booleans())
    def disable(self, session: Modelled, back: int, for_good: bool) -> None:
        """Nothing opens anything, and nothing is held against anybody, until the user is enabled again."""
        self.set_status(disabled=True)
        self.present(session, len(session.tokens) - 1 - back)
        self.use_the_access_token(session)
        if not for_good:
            self.set_status(disabled=False)

    def set_status(self, *, disabled: bool) -> None:
        users = self.world.services.users
        self.runner.run((users.disable if disabled else users.enable)(self.email, PHONE))
        self.disabled = disabled


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
            run_state_machine_as_test(Machine, settings=hypothesis_settings(max_examples=40, stateful_step_count=30))
        finally:
            runner.run(stack.aclose())
