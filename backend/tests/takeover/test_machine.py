"""The state machine of takeovers, with few examples here and ten thousand by `make model`."""

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from tests.builders import HandClock, settings_for
from tests.cluster import Cluster
from tests.takeover.machine import TakeoverMachine
from tests.takeover.stage import Stage, staged

EXAMPLES = int(os.environ.get("DOORSTEP_MODEL_EXAMPLES", "200"))
STEPS = int(os.environ.get("DOORSTEP_MODEL_STEPS", "2"))


@pytest.mark.asvs("v5.0.0-6.4.3", "v5.0.0-7.4.1", "v5.0.0-7.4.3", "v5.0.0-6.5.7")
def test_after_the_owner_came_back_nobody_else_is_left(cluster: Cluster, tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        exits = AsyncExitStack()

        async def prepare() -> Stage:
            dsn = await exits.enter_async_context(cluster.migrated_database())
            return await exits.enter_async_context(staged(dsn, settings_for(dsn, tmp_path), HandClock()))

        stage = runner.run(prepare())

        class Machine(TakeoverMachine):
            def __init__(self) -> None:
                super().__init__()
                self.stage, self.runner = stage, runner

        try:
            run_state_machine_as_test(
                Machine,
                settings=hypothesis_settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(exits.aclose())
