"""How a server ends: everything that it opened is closed, however its chores ended."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from doorstep.assembly import Services
from doorstep.kit.clock import utc_now
from doorstep.main import create_app
from tests.builders import SECRET, settings_for

CHORES = {"signing keys", "upkeep", "outbox", "recovery"}


class FaultyClock:
    """The real time, until it is stopped."""

    def __init__(self) -> None:
        self.stopped = False

    def __call__(self) -> datetime:
        if self.stopped:
            raise OSError("the clock has stopped")
        return utc_now()


def running() -> dict[str, asyncio.Task[object]]:
    return {task.get_name(): task for task in asyncio.all_tasks() if task.get_name() in CHORES}


async def test_a_chore_that_failed_keeps_nothing_open(dsn: str, tmp_path: Path) -> None:
    clock = FaultyClock()
    app = create_app(settings_for(dsn, tmp_path), dsn, SECRET.encode(), clock)
    async with app.router.lifespan_context(app):
        services: Services = app.state.services
        chores = running()
        assert chores.keys() == CHORES
        clock.stopped = True
        await asyncio.wait({chores["signing keys"]}, timeout=30)
        assert isinstance(chores["signing keys"].exception(), OSError)
    assert running() == {}
    with pytest.raises(RuntimeError, match="after close"):
        services.database.connection()
