"""The embedded PostgreSQL: a real server in the data directory, shared by every Doorstep process on it.

Each process that uses it holds a shared lock; the last one to let go stops it. The kernel drops the lock of a process
that is killed, so nobody counts wrong, and a server left behind by a crash is simply found again at the next start.
It listens on a socket inside its own directory (mode 0700) and on no network address.
"""

import fcntl
import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import IO
from urllib.parse import quote

import psutil
import structlog

from doorstep.kit.postgres_cluster import DATABASE, ROLE, cluster_exists, make_cluster, refused_by_postgres
from doorstep.kit.postgres_programs import Programs, installed_programs
from doorstep.kit.postgres_running import note_running, note_stopped
from doorstep.kit.postgres_socket import SOCKET_LOCK, reachable_directory
from doorstep.kit.private_files import private_directory, read_or_make
from doorstep.kit.startup import StartupRefused, refused_path

_POLL = 0.01
_LONGEST_START = 300.0  # seconds; a recovery after a power cut may take a while
_LONGEST_STOP = 60.0
_LONGEST_FAREWELL = 30.0  # for the processes of a server that was killed
_LOG_LIMIT = 5_000_000  # bytes after which a start begins a new log
_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    # The log never repeats what people typed: no statements, no details of rows.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}
# Servers that we started and that others still use when we leave: they are not ours to wait for any more.
_left_running: list[subprocess.Popen[str]] = []
_log = structlog.get_logger(__name__)


class EmbeddedPostgres:
    """The PostgreSQL of one data directory.

    `connections` is how many may be open at once; it holds for the process that starts the server.
    `throwaway` is for tests: the app's role may make databases, and a power cut may cost the data.
    """

    def __init__(self, data_dir: Path, *, connections: int = 100, throwaway: bool = False) -> None:
        self._data_dir = data_dir
        self._connections = connections
        self._throwaway = throwaway
        self._child: subprocess.Popen[str] | None = None
        self._use: IO[str] | None = None

    @property
    def _cluster(self) -> Path:
        return self._data_dir / "postgres"

    @property
    def _name(self) -> str:
        """Stands in the server's command line, so that a process number can be told to be this server."""
        return f"doorstep-{hashlib.sha256(str(self._cluster).encode()).hexdigest()[:16]}"

    def start(self) -> str:
        """Start the server unless it runs, and return the libpq URL for the app's role. Raises StartupRefused."""
        self._data_dir = private_directory(self._data_dir)
        with self._one_at_a_time():
            self._use = self._use or self._open_lock("postgres.users")
            fcntl.flock(self._use, fcntl.LOCK_SH)
            try:
                programs = installed_programs(self._cluster)
                password = self._password()
                if not cluster_exists(self._cluster):
                    make_cluster(programs, self._cluster, password, create_databases=self._throwaway)
                if not self.running():
                    self._launch(programs)
                return (
                    f"postgresql://{ROLE}:{password}@/{DATABASE}?host={quote(str(reachable_directory(self._cluster)))}"
                )
            except BaseException:
                self._let_go()
                raise

    def stop(self) -> None:
        """Let go of the server, and stop it when nobody else uses it. Everything that was committed stays."""
        if self._use is None:
            return
        with self._one_at_a_time():
            self._let_go()

    def running(self) -> bool:
        """Whether the server runs, whoever started it."""
        if self._child is not None:
            return self._child.poll() is None
        return self._server() is not None

    def revive(self) -> None:
        """Start the server again after it died; never makes a cluster. Raises StartupRefused."""
        with self._one_at_a_time():
            if self._use is None or self.running():
                return
            if not cluster_exists(self._cluster):
                raise StartupRefused(f"{self._cluster} is gone: put it back from your backup.")
            self._child = None
            if self._server() is None:
                self._launch(installed_programs(self._cluster))

    def _password(self) -> str:
        path = self._data_dir / "postgres.password"
        if cluster_exists(self._cluster) and not path.exists():
            raise StartupRefused(f"{path} is missing: put it back from your backup of {self._data_dir}.")
        return read_or_make(path, token_hex(32))

    def _open_lock(self, name: str) -> IO[str]:
        try:
            handle = os.open(self._data_dir / name, os.O_RDWR | os.O_CREAT, 0o600)
            return os.fdopen(handle, "w", encoding="ascii")
        except OSError as cause:
            raise refused_path(self._data_dir, cause) from cause

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Only one process at a time starts or stops the server."""
        with self._open_lock("postgres.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _let_go(self) -> None:
        if self._use is None:
            return
        use, self._use = self._use, None
        with use:
            try:
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._child is not None:
                    _left_running.append(self._child)
            else:
                self._shut_down()
            self._child = None

    def _server(self) -> psutil.Process | None:
        """The running server of this cluster, if the process that its files name is one."""
        try:
            number = int((self._cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
            process = psutil.Process(number)
            ours = f"cluster_name={self._name}" in process.cmdline()
            return process if ours and process.status() != psutil.STATUS_ZOMBIE else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _launch(self, programs: Programs) -> None:
        note_running(self._cluster)
        self._see_orphans_off()
        self._forget_stranger()
        # Autovacuum belongs to the superuser, and would keep the app's role from dropping a database that it looks at.
        unneeded = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum")
        careless = dict.fromkeys(unneeded, "off") if self._throwaway else {}
        options = {**_OPTIONS, **careless, "cluster_name": self._name, "max_connections": str(self._connections)}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        log_path = self._data_dir / "postgres.log"
        try:
            fresh = not log_path.exists() or log_path.stat().st_size > _LOG_LIMIT
            handle = os.open(log_path, os.O_RDWR | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if fresh else 0), 0o600)
            with os.fdopen(handle, "r+", encoding="utf-8", errors="replace") as log:
                begin = os.fstat(handle).st_size
                place = programs.data_argument(self._cluster)
                self._child = programs.start(
                    "postgres", "-D", place, *settings, inside=self._cluster, output=handle, stdin=subprocess.DEVNULL
                )
                self._wait_until_ready(self._child, log, begin)
        except OSError as cause:
            raise refused_path(self._data_dir, cause) from cause

    def _wait_until_ready(self, child: subprocess.Popen[str], log: IO[str], begin: int) -> None:
        deadline = time.monotonic() + _LONGEST_START
        while child.poll() is None and time.monotonic() < deadline:
            if self._says_ready(child.pid):
                return
            time.sleep(_POLL)
        if child.poll() is None:
            child.send_signal(signal.SIGQUIT)
            child.wait()
        self._child = None
        log.seek(begin)
        raise refused_by_postgres(log.read(), self._data_dir)

    def _says_ready(self, number: int) -> bool:
        """Whether postmaster.pid, the server's own notice board, has its number and «ready» in the eighth line."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(number) and lines[7].strip() == "ready"  # noqa: PLR2004

    def _see_orphans_off(self) -> None:
        """Wait while processes of a killed server end, as they do by themselves.

        As long as one has its shared memory PostgreSQL refuses to start; one that stays is left for it to name.
        """
        if not (self._cluster / "postmaster.pid").exists() or not self._anybody_left():
            return
        _log.warning("embedded postgresql was killed, waiting for its last processes")
        deadline = time.monotonic() + _LONGEST_FAREWELL
        while self._anybody_left() and time.monotonic() < deadline:
            time.sleep(_POLL)

    def _forget_stranger(self) -> None:
        """Remove a leftover postmaster.pid whose number somebody else has now, usual after a container's restart.

        PostgreSQL itself clears one whose process is gone, and looks whether its memory is still in use; only a living
        stranger under that number would stop it.
        """
        notice = self._cluster / "postmaster.pid"
        try:
            number = int(notice.read_text(encoding="utf-8").split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if psutil.pid_exists(number) and self._server() is None and not self._anybody_left():
            notice.unlink(missing_ok=True)
            (self._cluster / SOCKET_LOCK).unlink(missing_ok=True)  # names the same number

    def _anybody_left(self) -> bool:
        """Whether a process of an earlier server still lives, told by the cluster's name in its title."""
        return any(
            process.info["name"] == "postgres" and self._name in " ".join(process.info["cmdline"] or ())
            for process in psutil.process_iter(["name", "cmdline"])
        )

    def _shut_down(self) -> None:
        """A fast shutdown: clients are told, a checkpoint is written."""
        child, server = self._child, self._server()
        if server is not None:
            server.send_signal(signal.SIGINT)
            try:
                (child or server).wait(_LONGEST_STOP)
            except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
                server.send_signal(signal.SIGQUIT)
        if child is not None:
            child.wait(_LONGEST_STOP)
        if server is not None and not self.running():
            note_stopped(self._cluster)
