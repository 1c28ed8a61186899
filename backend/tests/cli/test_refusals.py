"""What is refused at the start: one sentence that says what to do, exit code 2, no traceback."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from doorstep.cli.configuration import read_settings
from doorstep.cli.listener import listen
from doorstep.kit.database_check import look, sentence
from doorstep.kit.startup import StartupRefused
from tests.cli.process import GOOD_PASSWORD, assert_one_sentence, command, free_port
from tests.cluster import Cluster, with_database

SECRET = "a secret for tests only, which opens nothing else"
SHAPE = "postgresql://user:password@host:5432/database"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """No setting of Doorstep, in a directory without doorstep.toml."""
    for name in [name for name in os.environ if name.startswith("DOORSTEP_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    yield monkeypatch
    for name in [name for name in os.environ if name.startswith("DOORSTEP_")]:
        del os.environ[name]


def test_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = command("serve", "--port", port, cwd=tmp_path)
    assert_one_sentence(done, f"Port {port} is in use", "--port")
    assert not (tmp_path / "data").exists()


def test_data_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = command("serve", "--port", str(free_port()), "--data-dir", "file/data", cwd=tmp_path)
    assert_one_sentence(done, "Cannot keep data in file/data", "--data-dir")


def test_url_where_no_database_answers(tmp_path: Path) -> None:
    url = "postgresql://user:hidden@127.0.0.1:1/x"
    done = command("serve", "--port", str(free_port()), "--database-url", url, cwd=tmp_path, DOORSTEP_SECRET=SECRET)
    assert_one_sentence(done, "No database answers at 127.0.0.1:1")
    assert "hidden" not in done.stderr


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://localhost/x", SHAPE),
        ("nonsense", SHAPE),
        ("postgresql://[half/x", SHAPE),
        ("postgresql://u:p@localhost:notaport/x", SHAPE),
        ("postgresql://u:p@localhost:5432,/x", SHAPE),
        ("postgresql://u:hidden@127.0.0.1:1,127.0.0.1:2/x", "No database answers at 127.0.0.1:1,127.0.0.1:2"),
        ("postgresql://u:hidden@no-such-host.invalid/x?sslmode=disable", "No database answers at no-such-host.invalid"),
        ("postgresql:///x?host=/no/such/directory", "No database answers at the place that it names"),
    ],
)
def test_wrong_url(url: str, words: str) -> None:
    with pytest.raises(StartupRefused) as refusal:
        look(url)
    assert words in refusal.value.sentence
    assert "hidden" not in refusal.value.sentence


def test_postgresql_without_tls_is_called_that(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse_tls() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(8)  # SSLRequest
                caller.sendall(b"N")  # as PostgreSQL answers where `ssl` is off
                caller.recv(1)

        answering = threading.Thread(target=refuse_tls, daemon=True)
        answering.start()
        url = f"postgresql://u:hidden@127.0.0.1:{server.getsockname()[1]}/x?sslmode=require"
        done = command("db", "status", cwd=tmp_path, DOORSTEP_DATABASE_URL=url)
        answering.join(10)
    assert_one_sentence(done, "offers no TLS", "sslmode", "`ssl`")
    assert "hidden" not in done.stderr


async def test_no_host_that_takes_writes_is_called_that(tmp_path: Path, dsn: str) -> None:
    name = urlsplit(dsn).path.removeprefix("/")
    operator = await asyncpg.connect(dsn)
    await operator.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    url = f"{dsn}{'&' if '?' in dsn else '?'}target_session_attrs=read-write"
    known = {"DOORSTEP_DATABASE_URL": url, "DOORSTEP_SECRET": SECRET}
    for arguments in (("serve", "--port", str(free_port())), ("db", "status"), ("db", "upgrade")):
        assert_one_sentence(command(*arguments, cwd=tmp_path, **known), "target_session_attrs")
    await operator.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.InternalClientError("cannot switch to state 12"), "does not let us in: cannot switch to state 12"),
        (asyncpg.DiskFullError("could not write init file"), "is full: make room there"),
        (asyncpg.QueryCanceledError("canceling statement"), "does not let us in: canceling statement"),
        (asyncpg.InsufficientPrivilegeError("permission denied"), "`doorstep db grants`"),
    ],
)
def test_each_outage_is_one_sentence(error: Exception, words: str) -> None:
    told = sentence(error, "postgresql://u:hidden@db.example/x")
    assert words in told
    assert "hidden" not in told
    assert "\n" not in told


def test_missing_database(cluster: Cluster) -> None:
    with pytest.raises(StartupRefused, match="no database of the name in DOORSTEP_DATABASE_URL"):
        look(with_database(cluster.admin_dsn, "no_such_database"))


def test_external_database_without_a_secret(tmp_path: Path) -> None:
    done = command("serve", "--port", str(free_port()), cwd=tmp_path, DOORSTEP_DATABASE_URL="postgresql://localhost/x")
    assert_one_sentence(done, "DOORSTEP_SECRET", "openssl rand -base64 48")
    assert not (tmp_path / "data").exists()


async def test_external_database_is_migrated_by_hand(tmp_path: Path, cluster: Cluster) -> None:
    async with cluster.empty_database() as dsn:
        known = {"DOORSTEP_DATABASE_URL": dsn, "DOORSTEP_SECRET": SECRET}
        refused = command("serve", "--port", str(free_port()), cwd=tmp_path, **known)
        assert_one_sentence(refused, "run `doorstep db upgrade`")
        assert command("db", "status", cwd=tmp_path, **known).returncode == 1
        assert command("db", "upgrade", cwd=tmp_path, **known).returncode == 0
        assert command("db", "status", cwd=tmp_path, **known).returncode == 0
        assert not (tmp_path / "data").exists()


def test_each_wrong_setting_is_named(tmp_path: Path) -> None:
    wrong = {"DOORSTEP_PORT": "http", "DOORSTEP_WORKERS": "0", "DOORSTEP_PASSWORDS__MIN_LENGTH": "3"}
    done = command("serve", cwd=tmp_path, **wrong)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    for variable in wrong:
        assert sum(line.startswith(f"{variable}: ") for line in lines) == 1, lines


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DOORSTEP_PUBLIC_URL", "http://example.org", "must be https"),
        ("DOORSTEP_PLANS", "{", 'field "plans"'),
        ("DOORSTEP_SESSIONS__IDLE", "-1", "DOORSTEP_SESSIONS__IDLE: must be longer than zero"),
        ("DOORSTEP_LOG_LEVEL", "loud", "DOORSTEP_LOG_LEVEL: "),
    ],
)
def test_wrong_settings_of_other_kinds(name: str, value: str, words: str, bare: pytest.MonkeyPatch) -> None:
    bare.setenv(name, value)
    with pytest.raises(StartupRefused) as refusal:
        read_settings()
    assert words in refusal.value.sentence
    assert "\n" not in refusal.value.sentence


def test_wrong_file_of_settings(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "doorstep.toml").write_text("port = \n")
    with pytest.raises(StartupRefused, match=r"doorstep\.toml cannot be read"):
        read_settings()
    (tmp_path / "doorstep.toml").write_text("prot = 8000\n")
    with pytest.raises(StartupRefused, match=r"DOORSTEP_PROT: extra inputs are not permitted"):
        read_settings()


def test_options_win_over_the_environment_and_that_over_the_file(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "doorstep.toml").write_text('port = 1001\nhost = "127.0.0.2"\nworkers = 3\n')
    bare.setenv("DOORSTEP_PORT", "1002")
    bare.setenv("DOORSTEP_WORKERS", "4")
    settings = read_settings({"port": 1003, "host": None})
    assert (settings.port, settings.workers, settings.host) == (1003, 4, "127.0.0.2")
    assert os.environ["DOORSTEP_PORT"] == "1003"  # for worker processes


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1"])
def test_address_that_this_machine_does_not_have(host: str) -> None:
    with pytest.raises(StartupRefused, match="correct --host or DOORSTEP_HOST"):
        listen(host, free_port())


def test_refused_user_is_one_sentence(tmp_path: Path, dsn: str) -> None:
    known = {"DOORSTEP_DATABASE_URL": dsn, "DOORSTEP_SECRET": SECRET}

    def create(email: str, password: str) -> tuple[int, str]:
        done = command("users", "create", email, "--password-stdin", cwd=tmp_path, typed=f"{password}\n", **known)
        return done.returncode, done.stderr

    code, words = create("ada@example.com", "short")
    assert (code, len(words.splitlines())) == (1, 1)
    assert create("ada@example.com", GOOD_PASSWORD) == (0, "")
    code, words = create("ADA@example.com", GOOD_PASSWORD)
    assert (code, len(words.splitlines())) == (1, 1)
    unknown = command("subscriptions", "grant", "bob@example.com", cwd=tmp_path, **known)
    assert (unknown.returncode, unknown.stderr) == (1, "There is no user with this e-mail.\n")
