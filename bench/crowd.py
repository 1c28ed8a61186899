"""A crowd: users by COPY, each with a session, a subscription, two events, a counter and a known browser.

All have one password, and all have used one browser: whoever logs in there again brings no letter about a new one.
"""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha256
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg

from bench.served import address, make_users
from doorstep.cli.operator import operator
from doorstep.cli.preparation import Prepared, prepared
from doorstep.settings import Settings

BYTES_A_USER: Final = 6_000
"""Disk that a user takes with all rows, indices and the log of writing them; measured with some to spare."""

_CHUNK: Final = 5_000
_TOLD_EVERY: Final = 10.0
_SPAN: Final = timedelta(days=60)
_BROWSER: Final = UUID(int=1)
_Line = Callable[[int], str]


def make_crowd(data_dir: Path, count: int) -> str:
    """A migrated data directory with `count` users, from number 0 on; the first one was made by the product.

    Returned is the cookie by which their browser is known.
    """
    free = shutil.disk_usage(data_dir.parent).free
    if free < count * BYTES_A_USER:
        raise RuntimeError(f"{count} users want {count * BYTES_A_USER / 1e9:.0f} GB of disk; {free / 1e9:.0f} are free")
    make_users(data_dir, 1)
    with prepared(Settings(data_dir=data_dir)) as ready:
        return asyncio.run(_fill(ready, count))


async def _fill(ready: Prepared, count: int) -> str:
    pool = await asyncpg.create_pool(ready.dsn, min_size=1, max_size=4, command_timeout=None)
    try:
        hashed = await pool.fetchval("SELECT password_hash FROM users LIMIT 1")
        begun = datetime.now(UTC) - _SPAN
        rows = _Rows(begun, _SPAN / max(count, 1), hashed)
        progress = _Progress(count)
        await progress.copy(pool, "users", rows.user, rows.USER)
        await asyncio.gather(
            progress.copy(pool, "sessions", rows.session, rows.SESSION),
            progress.copy(pool, "subscriptions", rows.subscription, rows.SUBSCRIPTION),
            progress.copy(pool, "audit_events", rows.events, rows.EVENT),
            progress.copy(pool, "throttle", rows.counter, rows.COUNTER),
            progress.copy(pool, "known_devices", rows.browser, rows.BROWSER),
        )
        print(f"  {count} users: vacuum and analyze", flush=True)
        await pool.execute("VACUUM ANALYZE")
    finally:
        await pool.close()
    async with operator(ready) as services:
        return f"doorstep-local-device={services.device_tokens.make(_BROWSER)}"


class _Rows:
    """The lines of each table for user number n, in COPY's text format."""

    USER = ("id", "email", "email_key", "password_hash", "created_at", "updated_at")
    SESSION = (
        "id", "user_id", "secret", "rotated_at", "remember", "amr", "created_at", "authenticated_at", "last_seen_at",
        "idle_expires_at", "expires_at", "address", "user_agent",
    )  # fmt: skip
    SUBSCRIPTION = (
        "id", "user_id", "plan_code", "price_minor", "currency", "billing_interval", "started_at", "created_at",
        "updated_at",
    )  # fmt: skip
    EVENT = ("id", "occurred_at", "kind", "outcome", "user_id", "session_id", "address", "user_agent", "detail")
    BROWSER = ("user_id", "device_id", "first_seen_at", "last_seen_at")
    COUNTER = ("subject", "kind", "failures", "admitted", "window_began_at", "touched_at")

    def __init__(self, begun: datetime, step: timedelta, hashed: str) -> None:
        self._begun = begun
        self._step = step
        self._hashed = hashed
        self._agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari/537.36"
        self._idle = (begun + _SPAN + timedelta(days=7)).isoformat()
        self._end = (begun + _SPAN + timedelta(days=14)).isoformat()

    def user(self, n: int) -> str:
        when, email = self._when(n), address(n)
        return f"{self._id('user', n)}\t{email}\t{email}\t{self._hashed}\t{when}\t{when}\n"

    def session(self, n: int) -> str:
        when = self._when(n)
        secret = sha256(b"session %d" % n).hexdigest()
        return (
            f"{self._id('session', n)}\t{self._id('user', n)}\t\\\\x{secret}\t{when}\tt\t{{pwd}}\t{when}\t{when}\t"
            f"{when}\t{self._idle}\t{self._end}\t{self._network(n)}\t{self._agent}\n"
        )

    def subscription(self, n: int) -> str:
        when = self._when(n)
        return f"{self._id('plan', n)}\t{self._id('user', n)}\tmonthly\t900\tEUR\tmonth\t{when}\t{when}\t{when}\n"

    def events(self, n: int) -> str:
        when, user, session = self._when(n), self._id("user", n), self._id("session", n)
        rest = f"success\t{user}\t{session}\t{self._network(n)}\t{self._agent}\t{{}}\n"
        return f"{self._id('first', n)}\t{when}\tsigned_up\t{rest}{self._id('second', n)}\t{when}\tlogin\t{rest}"

    def counter(self, n: int) -> str:
        when = self._when(n)
        return f"\\\\x{sha256(b'counter %d' % n).hexdigest()}\temail\t1\tt\t{when}\t{when}\n"

    def browser(self, n: int) -> str:
        when = self._when(n)
        return f"{self._id('user', n)}\t{_BROWSER}\t{when}\t{when}\n"

    def _when(self, n: int) -> str:
        return (self._begun + self._step * n).isoformat()

    def _id(self, kind: str, n: int) -> str:
        """A UUID version 7 that is the same each time: its moment is the user's, the rest is theirs alone."""
        milliseconds = int((self._begun + self._step * n).timestamp() * 1000)
        rest = md5(b"%s %d" % (kind.encode(), n), usedforsecurity=False).hexdigest()
        return f"{milliseconds:012x}7{rest[:3]}8{rest[3:18]}"

    @staticmethod
    def _network(n: int) -> str:
        return f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"


class _Progress:
    """Copies, and tells how far it is."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._told = time.monotonic()

    async def copy(
        self, pool: "asyncpg.Pool[asyncpg.Record]", table: str, line: _Line, columns: tuple[str, ...]
    ) -> None:
        """Lines for users 1 up to the count."""
        async with pool.acquire() as connection:
            await connection.copy_to_table(table, source=self._chunks(table, line), columns=columns, format="text")

    async def _chunks(self, table: str, line: _Line) -> AsyncIterator[bytes]:
        for first in range(1, self._count, _CHUNK):
            yield "".join(map(line, range(first, min(first + _CHUNK, self._count)))).encode()
            if time.monotonic() - self._told > _TOLD_EVERY:
                self._told = time.monotonic()
                print(f"  {self._count} users: {table} {first / self._count:.0%}", flush=True)
