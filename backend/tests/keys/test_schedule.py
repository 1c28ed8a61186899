"""Months of rotation, by schedule and by hand, in random histories of two processes with a hand-moved clock."""

import asyncio
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.audit.models import OPERATOR
from doorstep.keys.failures import KeysUnavailable
from doorstep.keys.models import KeyState
from doorstep.keys.ring import OLDEST
from doorstep.settings import TokenSettings
from tests.builders import START, HandClock
from tests.cluster import Cluster
from tests.keys.processes import Process, processes

TOKENS = TokenSettings()
LEAPS = st.sampled_from(
    [
        timedelta(seconds=4),
        timedelta(seconds=30),
        timedelta(minutes=9),
        timedelta(minutes=59),
        timedelta(hours=1),
        timedelta(hours=5),
        timedelta(days=3),
        TOKENS.key_life - TOKENS.key_notice,
        TOKENS.key_life,
    ]
)
WHICH = st.integers(0, 1)
STEPS = st.one_of(
    st.tuples(st.just("later"), LEAPS),
    st.tuples(st.sampled_from(["load", "sign", "rotate", "rotate now", "retire"]), WHICH),
)


@dataclass
class History:
    """What was signed, with which key, and what was withdrawn."""

    processes: list[Process]
    clock: HandClock
    tokens: list[tuple[str, str, datetime]] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    looked: dict[object, datetime] = field(default_factory=lambda: defaultdict(lambda: START))

    async def step(self, name: str, what: object) -> None:
        if isinstance(what, timedelta):
            self.clock.now += what
            for process in self.processes:
                if self.clock.now - self.looked[process.seconds] > timedelta(seconds=OLDEST):
                    await self.load(process)  # as each does by itself
            return
        process = self.processes[int(str(what))]
        self.clock.advance(seconds=1)
        match name:
            case "load":
                await self.load(process)
            case "sign":
                await self.sign(process)
            case "rotate" | "rotate now":
                at_once = name == "rotate now"
                key = await process.keys.rotate(OPERATOR, at_once=at_once)
                assert at_once == (key.activates_at == self.clock.now) or not process.ring.loaded
            case "retire":
                await self.retire(process)

    async def sign(self, process: Process) -> None:
        try:
            token = process.sign()
        except KeysUnavailable:  # slept over the end of its key, and looks again every second
            await self.load(process)
            token = process.sign()
        kid, _ = process.ring.signer()
        if kid not in self.withdrawn:
            self.tokens.append((token, kid, self.clock.now + TOKENS.access_ttl))

    async def retire(self, process: Process) -> None:
        signing = [each.key.kid for each in await process.keys.overview() if each.state is KeyState.SIGNS]
        for kid in signing:
            done = await process.keys.retire(kid, OPERATOR)
            assert done.signer.kid != kid
            self.withdrawn.add(kid)
        for each in self.processes:
            await self.load(each)

    async def load(self, process: Process) -> None:
        await process.ring.load()
        self.looked[process.seconds] = self.clock.now

    async def check(self) -> None:
        for process in self.processes:
            for token, kid, ends in self.tokens:
                if self.clock.now < ends:
                    assert await process.believes(token) == (kid not in self.withdrawn)
        listed = await self.processes[0].keys.overview()
        assert [each.state for each in listed].count(KeyState.WAITS) <= 1
        assert [each.state for each in listed].count(KeyState.SIGNS) <= 1


@pytest.mark.parametrize("examples", [25])
def test_months_of_rotation_refuse_no_valid_token(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, examples: int
) -> None:
    monkeypatch.setattr("doorstep.keys.ring._NOT_SOONER", 0)  # time that passes proves nothing here
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        clock = HandClock()
        dsn = runner.run(stack.enter_async_context(cluster.migrated_database()))

        async def live(steps: list[tuple[str, object]]) -> None:
            clock.now = START
            async with processes(dsn, clock, 2) as two:
                async with two[0].database.connection() as connection:
                    await connection.execute("TRUNCATE signing_keys")
                for process in two:
                    await process.ring.load()
                history = History(two, clock)
                for name, what in steps:
                    await history.step(name, what)
                    await history.check()

        @settings(max_examples=examples)
        @given(st.lists(STEPS, min_size=5, max_size=25))
        def histories(steps: list[tuple[str, object]]) -> None:
            runner.run(live(steps))

        try:
            histories()
        finally:
            runner.run(stack.aclose())


async def test_a_year_by_itself(dsn: str, clock: HandClock) -> None:
    """Read every quarter of an hour, a key signs thirty days, was published an hour before, and is then forgotten."""
    async with processes(dsn, clock, 1) as (process,):
        published: dict[str, datetime] = {}
        signs: dict[str, datetime] = {}
        last = ""
        while clock.now < START + timedelta(days=365):
            # Nothing happens for weeks; look closely only where something may.
            quiet = TOKENS.key_life - timedelta(hours=2) - (clock.now - START) % TOKENS.key_life
            clock.now += max(quiet, timedelta(minutes=15))
            await process.ring.load()
            kid, _ = process.ring.signer()
            for key in process.ring.key_set()["keys"]:
                published.setdefault(key["kid"], clock.now)
            if kid != last:
                signs[kid] = clock.now
                last = kid
        first, *others = signs
        assert len(others) == 12
        assert first in published
        for kid in others:
            assert signs[kid] - published[kid] >= TOKENS.key_notice - timedelta(minutes=15)
        assert len(process.ring.key_set()["keys"]) <= 2
