"""The files of the embedded cluster: made once, whole or not at all, and closed to everybody but the app's role."""

import shutil
import subprocess
from pathlib import Path
from secrets import token_hex

from doorstep.kit.postgres_programs import MAJOR_VERSION, Programs
from doorstep.kit.startup import StartupRefused, refused_path

ROLE = "doorstep"
DATABASE = "doorstep"

# The superuser cannot log in at all: no line lets it, and it has no password.
_WHO_MAY_CONNECT = f"""\
# Written by Doorstep. What no line allows is refused.
local all {ROLE} scram-sha-256
"""
_INITDB = (
    "--username=postgres",
    "--auth-local=reject",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)


def cluster_exists(cluster: Path) -> bool:
    """Whether there is a cluster of our version. Raises StartupRefused for one of another version."""
    try:
        version = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return False
    except OSError as cause:
        raise refused_path(cluster, cause) from cause
    if version != MAJOR_VERSION:
        raise StartupRefused(
            f"{cluster} was written by PostgreSQL {version}, and this Doorstep has {MAJOR_VERSION}: "
            "start the Doorstep that wrote it, dump its database and load the dump here "
            "(docs/operating.md, «Another PostgreSQL»)."
        )
    return True


def make_cluster(programs: Programs, cluster: Path, password: str, *, create_databases: bool) -> None:
    """Make the cluster with the app's role and database; it gets its name only when it is complete.

    `create_databases` lets the role make databases (tests clone a template). Raises StartupRefused.
    """
    draft = cluster.with_name(f"{cluster.name}.draft-{token_hex(4)}")
    flags = "CREATEDB" if create_databases else "NOCREATEDB"
    roles = f"CREATE ROLE {ROLE} LOGIN {flags} PASSWORD '{password}';\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n"
    try:
        for leftover in cluster.parent.glob(f"{cluster.name}.draft-*"):
            shutil.rmtree(leftover)
        draft.mkdir(mode=0o700)
        programs.own(draft)
        _run(programs, "initdb", f"--pgdata={programs.data_argument(draft)}", *_INITDB, inside=draft)
        _run(
            programs,
            "postgres",
            "--single",
            "-D",
            programs.data_argument(draft),
            "-c",
            "exit_on_error=on",
            "-c",
            "log_checkpoints=off",
            "postgres",
            inside=draft,
            typed=roles,
        )
        (draft / "pg_hba.conf").write_text(_WHO_MAY_CONNECT, encoding="ascii")
        draft.rename(cluster)
    except OSError as cause:
        raise refused_path(cluster.parent, cause) from cause
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _run(programs: Programs, name: str, *arguments: str, inside: Path, typed: str = "") -> None:
    process = programs.start(name, *arguments, inside=inside, output=subprocess.PIPE, stdin=subprocess.PIPE)
    try:
        output, errors = process.communicate(typed)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode != 0:
        raise refused_by_postgres(output + errors, inside.parent)


def refused_by_postgres(output: str, data_dir: Path) -> StartupRefused:
    """The sentence for a PostgreSQL that did not start, from what it wrote."""
    if "No space left on device" in output:
        return StartupRefused(f"Cannot keep data in {data_dir}: the disk is full. Make room there.")
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["it left without a word"]
    marks = ("FATAL:", "PANIC:", "error:", "ERROR:")
    causes = [line.partition(mark)[2].strip() for line in lines for mark in marks if mark in line]
    words = (causes or lines)[-1].rstrip(".").replace("/proc/self/cwd", "postgres")
    return StartupRefused(
        f"The embedded PostgreSQL in {data_dir} did not start: {words}. "
        "Its log is postgres.log there; another data directory is named with --data-dir or DOORSTEP_DATA_DIR."
    )
