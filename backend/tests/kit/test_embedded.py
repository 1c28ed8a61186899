"""The embedded PostgreSQL, for real: its locks, its doors, its crashes."""

import asyncio
import multiprocessing
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from structlog.testing import capture_logs

from doorstep.kit import embedded, postgres_programs
from doorstep.kit.embedded import EmbeddedPostgres
from doorstep.kit.startup import StartupRefused
from doorstep.kit.supervision import kept_alive
from tests.waiting import wait_for


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose cluster was made and stopped, to be copied by tests that do not test the making."""
    data_dir = tmp_path_factory.mktemp("seed") / "data"
    with started(data_dir):
        pass
    return data_dir


@pytest.fixture
def data_dir(seed: Path, tmp_path: Path) -> Path:
    place = tmp_path / "data"
    copied(seed, place)
    return place


def copied(seed: Path, place: Path) -> None:
    subprocess.run(["cp", "-a", str(seed), str(place)], check=True)


@contextmanager
def started(data_dir: Path) -> Iterator[tuple[EmbeddedPostgres, str]]:
    postgres = EmbeddedPostgres(data_dir)
    dsn = postgres.start()
    try:
        yield postgres, dsn
    finally:
        postgres.stop()


async def ask(
    dsn: str, query: str, *, user: str | None = None, database: str | None = None, password: str | None = None
) -> object:
    connection = await asyncpg.connect(dsn, user=user, database=database, password=password)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def ready_after(first: int, postgres: EmbeddedPostgres, data_dir: Path) -> bool:
    """Whether another server than `first` is ready. A starting one takes the old notice away, then writes its own."""
    try:
        number = postmaster(data_dir)
    except (FileNotFoundError, IndexError):
        return False
    return number != first and postgres._says_ready(number)  # noqa: SLF001


def alive(number: int) -> bool:
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.asvs("v5.0.0-13.2.1", "v5.0.0-13.2.2")
async def test_first_start_makes_a_cluster_that_only_the_app_may_enter(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with started(data_dir) as (_, dsn):
        assert await ask(dsn, "SELECT current_user || '@' || current_database()") == "doorstep@doorstep"
        assert (
            await ask(dsn, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'doorstep'")
            is False
        )
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(dsn, "SELECT 1", password="wrong")
        for role in ("postgres", "root"):
            with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
                await ask(dsn, "SELECT 1", user=role, database="postgres")
        assert psutil.Process(postmaster(data_dir)).net_connections("tcp") == []
        assert "unix_socket_permissions=0700" in psutil.Process(postmaster(data_dir)).cmdline()
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((data_dir / "postgres").stat().st_mode) == 0o700
    assert stat.S_IMODE((data_dir / "postgres.password").stat().st_mode) == 0o600
    assert stat.S_IMODE((data_dir / "postgres.log").stat().st_mode) == 0o600


async def test_stop_loses_nothing_and_leaves_no_process(data_dir: Path) -> None:
    with started(data_dir) as (postgres, dsn):
        number = postmaster(data_dir)
        await ask(dsn, "CREATE TABLE kept (word text)")
        await ask(dsn, "INSERT INTO kept VALUES ('here')")
    assert not postgres.running()
    assert not alive(number)
    with started(data_dir) as (_, dsn):
        assert await ask(dsn, "SELECT word FROM kept") == "here"


async def test_last_one_out_stops_it(data_dir: Path) -> None:
    with started(data_dir) as (_, dsn):
        first = postmaster(data_dir)
        with started(data_dir) as (_, same):
            assert same == dsn
            assert postmaster(data_dir) == first
        assert await ask(dsn, "SELECT 1") == 1
    assert not alive(first)


async def test_who_started_it_may_leave_first(data_dir: Path) -> None:
    starter = EmbeddedPostgres(data_dir)
    starter.start()
    with started(data_dir) as (postgres, dsn):
        starter.stop()
        assert postgres.running()
        assert await ask(dsn, "SELECT 1") == 1
    assert not postgres.running()
    embedded._left_running.pop().wait(30)  # noqa: SLF001 -- ours to wait for after all: it was this process's child


def start_in_child(data_dir: Path, told: "multiprocessing.Queue[str]") -> None:
    told.put(EmbeddedPostgres(data_dir).start())


async def test_first_starts_at_once_share_one_cluster(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[str] = context.Queue()
    children = [context.Process(target=start_in_child, args=(data_dir, told)) for _ in range(3)]
    for child in children:
        child.start()
    dsns = {told.get(timeout=60) for _ in children}
    for child in children:
        child.join()
    assert len(dsns) == 1
    # All three are gone without a word, as after a crash: the server they left is found and stopped in order.
    with started(data_dir) as (_, dsn):
        assert {dsn} == dsns
        assert await ask(dsn, "SELECT 1") == 1
        number = postmaster(data_dir)
    wait_for(lambda: not alive(number), "the server stops")


async def test_killed_server_comes_back_by_itself(data_dir: Path) -> None:
    with started(data_dir) as (postgres, dsn), kept_alive(postgres):
        await ask(dsn, "CREATE TABLE kept AS SELECT 'here' AS word")
        first = postmaster(data_dir)
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: not alive(first), "the killed server is gone")
        wait_for(lambda: ready_after(first, postgres, data_dir), "another server is ready")
        assert await ask(dsn, "SELECT word FROM kept") == "here"
    assert not postgres.running()


async def test_crash_leaves_no_obstacle(data_dir: Path) -> None:
    with started(data_dir):
        notice = (data_dir / "postgres" / "postmaster.pid").read_text()
        os.kill(postmaster(data_dir), signal.SIGKILL)
    (data_dir / "postgres" / "postmaster.pid").write_text(notice)
    with started(data_dir) as (_, dsn):
        assert await ask(dsn, "SELECT 1") == 1


async def test_start_waits_for_what_a_killed_server_left(data_dir: Path) -> None:
    """A killed server's processes end a moment after it; PostgreSQL refuses to start beside them."""
    with started(data_dir):
        number = postmaster(data_dir)
        slow = psutil.Process(number).children()[0]
        slow.suspend()
        os.kill(number, signal.SIGKILL)
    postgres = EmbeddedPostgres(data_dir)
    with ThreadPoolExecutor() as pool, capture_logs() as logged:
        starting = pool.submit(postgres.start)
        try:
            wait_for(lambda: logged or starting.done(), "it waits")
        finally:
            slow.resume()
        dsn = starting.result()
    try:
        assert [entry["event"] for entry in logged] == [
            "embedded postgresql was killed, waiting for its last processes"
        ]
        assert await ask(dsn, "SELECT 1") == 1
    finally:
        postgres.stop()


async def test_number_of_a_dead_server_given_to_somebody_else(data_dir: Path) -> None:
    """As after a container's restart: the number in the leftover file is now that of a stranger (this test)."""
    with started(data_dir):
        lines = (data_dir / "postgres" / "postmaster.pid").read_text().splitlines()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)  # noqa: ASYNC220
    try:
        lines[0] = str(stranger.pid)
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (data_dir / "postgres" / name).write_text("\n".join(lines) + "\n")
        with started(data_dir) as (postgres, dsn):
            assert postgres.running()
            assert await ask(dsn, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.communicate(b"\n")


async def test_a_copy_made_while_it_ran_is_refused_and_one_made_afterwards_is_not(
    data_dir: Path, tmp_path: Path
) -> None:
    torn, whole, moved = tmp_path / "torn", tmp_path / "whole", tmp_path / "moved"
    with started(data_dir):
        copied(data_dir, torn)
        with pytest.raises(StartupRefused) as beside:
            EmbeddedPostgres(torn).start()
    with pytest.raises(StartupRefused) as alone:
        EmbeddedPostgres(torn).start()
    assert beside.value.sentence == alone.value.sentence
    assert f"{torn} is a copy of {data_dir}, made while Doorstep ran there" in alone.value.sentence
    copied(data_dir, whole)
    with started(whole) as (_, dsn):
        assert await ask(dsn, "SELECT 1") == 1
    (torn / "postgres.running").unlink()
    with started(torn) as (_, dsn):  # as asked for
        assert await ask(dsn, "SELECT 1") == 1
    assert not (torn / "postgres.running").exists()
    with started(data_dir):
        number = postmaster(data_dir)
        psutil.Process(number).kill()
        wait_for(lambda: not alive(number), "the server is gone")
    await asyncio.to_thread(data_dir.rename, moved)
    with started(moved) as (_, dsn):  # killed and moved, but no copy
        assert await ask(dsn, "SELECT 1") == 1


async def test_long_and_odd_paths(seed: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / ("a long name, with commas & spaces % " * 5).strip()
    copied(seed, data_dir)
    with started(data_dir) as (_, dsn):
        assert await ask(dsn, "SELECT 1") == 1


async def test_interrupted_making_is_begun_anew(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    leftover = data_dir / "postgres.draft-00000000"
    leftover.mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18\n")
    with started(data_dir) as (_, dsn):
        assert await ask(dsn, "SELECT 1") == 1
    assert not leftover.exists()


def test_no_place_for_data_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartupRefused, match=r"^Cannot keep data in .*file/data: .*--data-dir or DOORSTEP_DATA_DIR\.$"):
        EmbeddedPostgres(tmp_path / "file" / "data").start()


def test_other_version_is_one_sentence(data_dir: Path) -> None:
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(StartupRefused, match="written by PostgreSQL 17, and this Doorstep has 18"):
        EmbeddedPostgres(data_dir).start()


def test_lost_password_is_one_sentence(data_dir: Path) -> None:
    (data_dir / "postgres.password").unlink()
    with pytest.raises(StartupRefused, match=r"postgres\.password is missing: put it back from your backup"):
        EmbeddedPostgres(data_dir).start()


def test_damaged_cluster_tells_what_postgresql_said(data_dir: Path) -> None:
    (data_dir / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(
        StartupRefused, match=r"did not start: .*could not open file .*pg_control.*Its log is postgres\.log there"
    ):
        EmbeddedPostgres(data_dir).start()
    with pytest.raises(StartupRefused):  # the refused start let go of everything, so another may try
        EmbeddedPostgres(data_dir).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands PostgreSQL to another account")
async def test_root_widens_no_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the data directory nor the programs can be reached by PostgreSQL's account, and both stay as they are."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = postgres_programs._package_directory()  # noqa: SLF001 -- what an installer would lay there
    for folder in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.with_name(folder), closed / folder, symlinks=True)
    copies = Path(f"/var/lib/doorstep-test-{os.getpid()}")
    monkeypatch.setattr(postgres_programs, "_COPIES", copies)
    monkeypatch.setattr(postgres_programs, "_package_directory", lambda: closed / package.name)
    before = os.umask(0o077)
    try:
        with started(closed / "data") as (_, dsn):
            assert await ask(dsn, "SELECT 1") == 1
            assert psutil.Process(postmaster(closed / "data")).uids().real != 0
            assert psutil.Process(postmaster(closed / "data")).exe().startswith(str(copies))
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert stat.S_IMODE((closed / "data").stat().st_mode) == 0o700
    finally:
        os.umask(before)
        shutil.rmtree(copies, ignore_errors=True)
