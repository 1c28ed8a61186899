"""`doorstep events` and `doorstep users unlock`, as an operator runs them beside the server."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from getpass import getuser
from pathlib import Path

import pytest

from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.audit.service import Trail, record
from doorstep.cli.event_feed import EventFeed
from doorstep.kit.database import Database
from doorstep.login.models import LoggedIn
from doorstep.throttle.failures import ConfirmationRequired
from tests.builders import SECRET, START
from tests.cli.process import GOOD_PASSWORD, command, environment
from tests.login.test_throttle import attempt, from_network, guess_until_locked
from tests.second_factors.people import enrolled
from tests.waiting import wait_for
from tests.world import World


@pytest.fixture
def known(dsn: str) -> dict[str, str]:
    return {"DOORSTEP_DATABASE_URL": dsn, "DOORSTEP_SECRET": SECRET}


def create(email: str, cwd: Path, known: Mapping[str, str]) -> None:
    done = command("users", "create", email, "--password-stdin", cwd=cwd, typed=f"{GOOD_PASSWORD}\n", **known)
    assert done.returncode == 0, done.stderr


def kinds(printed: str) -> list[str]:
    return [json.loads(line)["kind"] for line in printed.splitlines()]


def test_events_are_told_as_lines_and_as_a_table(tmp_path: Path, known: dict[str, str]) -> None:
    for email in ("ada@example.com", "eve@example.com"):
        create(email, tmp_path, known)
    assert command("users", "disable", "ada@example.com", cwd=tmp_path, **known).returncode == 0

    told = command("events", "--json", cwd=tmp_path, **known)
    assert kinds(told.stdout) == ["user_created", "user_created", "user_disabled"]
    event = json.loads(told.stdout.splitlines()[0])
    assert set(event) == {
        "id", "occurred_at", "kind", "outcome", "user_id", "session_id", "address", "user_agent", "request_id",
        "detail",
    }  # fmt: skip
    assert (event["outcome"], event["user_agent"]) == ("success", f"doorstep command line, {getuser()}")
    assert datetime.fromisoformat(event["occurred_at"]).utcoffset() == timedelta(0)

    adas = command("events", "--json", "--user", "ADA@example.com", "--since", "10m", cwd=tmp_path, **known)
    assert kinds(adas.stdout) == ["user_created", "user_disabled"]

    table = command("events", cwd=tmp_path, **known).stdout.splitlines()
    assert table[0].split("  ")[0] == "time (UTC)"
    assert len(table) == 4
    assert "user_disabled" in table[3]
    assert table[3].rstrip().endswith("ada@example.com")
    assert f"The operator ({getuser()})" in table[3]

    later = command("events", "--json", "--since", "2999-01-01", cwd=tmp_path, **known)
    assert (later.returncode, later.stdout) == (0, "")


def test_what_cannot_be_shown_is_one_sentence(tmp_path: Path, known: dict[str, str]) -> None:
    nobody = command("events", "--user", "nobody@example.com", cwd=tmp_path, **known)
    assert (nobody.returncode, nobody.stdout, nobody.stderr) == (1, "", "There is no user with this e-mail.\n")
    wrong = command("events", "--since", "yesterday", cwd=tmp_path, **known)
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)


@pytest.fixture
def following(tmp_path: Path, known: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A command that follows the trail, and the file that it prints to."""
    printed = tmp_path / "followed"
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "doorstep", "events", "--follow", "--json"],
            cwd=tmp_path, env=environment(known), stdout=output, stderr=subprocess.PIPE,
        )  # fmt: skip
    yield process, printed
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_following_shows_each_event_once_and_ends_when_asked(
    following: tuple[subprocess.Popen[bytes], Path], tmp_path: Path, known: dict[str, str], by: signal.Signals
) -> None:
    process, printed = following
    create("ada@example.com", tmp_path, known)
    wait_for(lambda: "user_created" in printed.read_text(), "the first event is shown")
    for step in ("disable", "enable", "disable"):
        assert command("users", step, "ada@example.com", cwd=tmp_path, **known).returncode == 0
    wait_for(lambda: printed.read_text().count("user_disabled") == 2, "the later events are shown")
    process.send_signal(by)
    _, complaints = process.communicate(timeout=30)
    assert (process.returncode, complaints) == (0, b"")
    assert kinds(printed.read_text()) == ["user_created", "user_disabled", "user_enabled", "user_disabled"]


async def note(database: Database, kind: EventKind, moment: datetime) -> None:
    async with database.transaction() as tx:
        await record(tx, kind=kind, outcome=Outcome.SUCCESS, client=Client(), now=moment)


async def shown(feed: EventFeed) -> list[str]:
    return [event.kind async for batch in feed.fresh() for event in batch]


async def test_the_feed_misses_no_event_that_is_written_late(database: Database) -> None:
    feed = EventFeed(Trail(database), None, START)
    await note(database, EventKind.SIGNED_UP, START + timedelta(seconds=10))
    assert await shown(feed) == ["signed_up"]
    await note(database, EventKind.LOGIN, START + timedelta(seconds=3))
    await note(database, EventKind.LOGGED_OUT, START + timedelta(seconds=10))
    assert await shown(feed) == ["login", "logged_out"]
    assert await shown(feed) == []
    await note(database, EventKind.LOGIN, START + timedelta(hours=1))
    assert await shown(feed) == ["login"]


@pytest.mark.parametrize("ahead", [timedelta(seconds=16), timedelta(days=8), timedelta(days=9000)])
async def test_one_event_from_the_future_hides_none(database: Database, ahead: timedelta) -> None:
    feed = EventFeed(Trail(database), None, START)
    assert await shown(feed) == []
    await note(database, EventKind.LOGIN, START + ahead)
    assert await shown(feed) == ["login"]
    await note(database, EventKind.SIGNED_UP, START + timedelta(seconds=1))
    assert await shown(feed) == ["signed_up"]
    assert await shown(feed) == []
    fresh = EventFeed(Trail(database), None, START)
    assert await shown(fresh) == ["signed_up", "login"]
    await note(database, EventKind.LOGGED_OUT, START + timedelta(seconds=2))
    assert await shown(fresh) == await shown(feed) == ["logged_out"]


async def test_the_events_of_a_slow_server_are_shown_too(database: Database) -> None:
    feed = EventFeed(Trail(database), None, START)
    for minutes in (5, 0, 60, -60, 4):
        await note(database, EventKind.LOGIN, START + timedelta(minutes=minutes))
        assert await shown(feed) == ["login"]
    assert await shown(feed) == []


async def test_no_event_is_left_out_where_the_database_has_another_clock(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a failover to a machine whose clock is ahead, or behind."""
    trail = Trail(database)
    feed = EventFeed(trail, None, START)
    for seconds in (0, -30, 7200, -3600, 0):
        by = f"clock_timestamp() + interval '{seconds} seconds'"
        await database.fetch(f"ALTER TABLE audit_events ALTER written_at SET DEFAULT {by}")

        async def theirs(by: str = by) -> datetime:
            [row] = await database.fetch(f"SELECT {by} AS now")
            moment: datetime = row["now"]
            return moment

        monkeypatch.setattr(trail, "database_time", theirs)
        await note(database, EventKind.SIGNED_UP, START)
        seen = await shown(feed)
        assert seen == ["signed_up"] if abs(seconds) <= 30 or seconds > 0 else "signed_up" in seen
        await note(database, EventKind.LOGIN, START)
        assert await shown(feed) == ["login"]
        assert await shown(feed) == []


async def test_the_feed_reads_on_past_one_batch(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(1001):
            moment = START + timedelta(milliseconds=number // 3)
            await record(tx, kind=EventKind.LOGIN, outcome=Outcome.REFUSED, client=Client(), now=moment)
    feed = EventFeed(Trail(database), None, START)
    assert len(await shown(feed)) == 1001
    assert await shown(feed) == []


async def test_unlock_lets_somebody_try_again(world: World, tmp_path: Path, known: dict[str, str]) -> None:
    await world.user("ada@example.org")
    await guess_until_locked(world)
    assert await attempt(world, GOOD_PASSWORD, client=from_network(6000)) is ConfirmationRequired
    unlocked = await asyncio.to_thread(command, "users", "unlock", "ADA@example.org", cwd=tmp_path, **known)
    assert (unlocked.returncode, unlocked.stdout) == (0, "ADA@example.org may log in again.\n")
    assert isinstance(await attempt(world, GOOD_PASSWORD, client=from_network(6000)), LoggedIn)
    unknown = await asyncio.to_thread(command, "users", "unlock", "bob@example.org", cwd=tmp_path, **known)
    assert (unknown.returncode, unknown.stderr) == (1, "There is no user with this e-mail.\n")


async def test_an_operator_turns_two_step_log_in_off_for_who_lost_everything(
    world: World, tmp_path: Path, known: dict[str, str]
) -> None:
    await enrolled(world)
    reset = await asyncio.to_thread(command, "users", "reset-factors", "ADA@example.org", cwd=tmp_path, **known)
    assert (reset.returncode, reset.stdout) == (0, "ADA@example.org logs in with the password only.\n")
    assert isinstance(await attempt(world, GOOD_PASSWORD), LoggedIn)
    again = await asyncio.to_thread(command, "users", "reset-factors", "ada@example.org", cwd=tmp_path, **known)
    assert (again.returncode, again.stdout) == (0, "ada@example.org has no second factor.\n")
    unknown = await asyncio.to_thread(command, "users", "reset-factors", "bob@example.org", cwd=tmp_path, **known)
    assert (unknown.returncode, unknown.stderr) == (1, "There is no user with this e-mail.\n")
