"""A stage for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders import HandClock, settings_for
from tests.takeover.stage import Stage, staged


@pytest.fixture
async def stage(dsn: str, tmp_path: Path, clock: HandClock) -> AsyncIterator[Stage]:
    async with staged(dsn, settings_for(dsn, tmp_path), clock) as made:
        yield made
