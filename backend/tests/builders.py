"""What tests are built from: a hand-moved clock, cheap hashes, settings for tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from doorstep.settings import PasswordSettings, Settings, ThrottleSettings

START = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
GOOD_PASSWORD = "seven quiet herons at dawn"
SECRET = "a secret for tests only, which opens nothing else"

# Argon2id at its cheapest: what is tested is what is done with the answer.
CHEAP_HASHES = PasswordSettings(hash_memory_kib=8, hash_time_cost=1)


class HandClock:
    """A clock that only the test moves."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Move on by hours=, minutes=, seconds= and so on."""
        self.now += timedelta(**by)


def settings_for(dsn: str | None, data_dir: Path, **changes: object) -> Settings:
    """Settings of a test: this database, cheap hashes, a fixed secret."""
    given: dict[str, object] = {
        "database_url": SecretStr(dsn) if dsn else None,
        "data_dir": data_dir,
        "secret": SecretStr(SECRET),
        "passwords": CHEAP_HASHES,
        "throttle": ThrottleSettings(refusal_moment=timedelta(0)),  # a second refusal is not kept waiting either
        **changes,
    }
    return Settings.model_validate(given)
