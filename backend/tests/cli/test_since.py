from datetime import UTC, datetime, timedelta

import pytest

from doorstep.cli.since import moment_of
from doorstep.kit.startup import StartupRefused
from tests.builders import START


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("45s", START - timedelta(seconds=45)),
        ("30m", START - timedelta(minutes=30)),
        ("2h", START - timedelta(hours=2)),
        ("7d", START - timedelta(days=7)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T09:30", datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        ("2026-11-01T09:30:00Z", datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        ("2026-11-01T09:30+02:00", datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_since_is_read_as_written(text: str, moment: datetime) -> None:
    assert moment_of(text, START) == moment


@pytest.mark.parametrize("text", ["", "2", "h", "-2h", "2 h", "2w", "yesterday", "2026-13-01", "999999d"])
def test_anything_else_is_one_sentence(text: str) -> None:
    with pytest.raises(StartupRefused, match="--since takes"):
        moment_of(text, START)
