"""`make attack`: what others wrote to break in, turned on a server of our own, within bounds.

schemathesis sends what the OpenAPI says and what it forbids; sqlmap looks for injection into the log-in, the headers
and a signed-in page; hydra tries a list of passwords that has the right one in it. Each attack has a control beside it
where one is possible, so that "nothing found" means something: hydra gets in when the throttle is off.
Only 127.0.0.1 is attacked. Exit code 1 when anything was found.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.driving import ROOT
from bench.flood import OFF
from bench.form_door import form_door
from bench.served import PASSWORD, Served, address, make_users, served

_TOOLS = ROOT / "build" / "attack"
_SQLMAP = "sqlmap>=1.9"
_SCHEMATHESIS_SECONDS = 120
_SQLMAP_SECONDS = 300
_HYDRA_SECONDS = 120
_GUESSES = 60
_CHEAP = {"DOORSTEP_PASSWORDS__HASH_MEMORY_KIB": "8", "DOORSTEP_PASSWORDS__HASH_TIME_COST": "1"}
_OWNER = 0
_LOGIN = "/api/v1/auth/login"


class AttackError(Exception):
    """The attack itself did not work, so it proves nothing."""


def main() -> int:
    """Attack, and tell."""
    with TemporaryDirectory(prefix="doorstep-attack-") as directory:
        place = Path(directory)
        place.chmod(0o755)
        make_users(place / "data", 3)
        attacks: tuple[tuple[str, dict[str, str], Callable[[Served, Path], str | None]], ...] = (
            ("schemathesis, nobody signed in", OFF | {"DOORSTEP_API_DOCS": "1"}, _schemathesis),
            ("schemathesis, signed in", OFF | {"DOORSTEP_API_DOCS": "1"}, _schemathesis_signed_in),
            ("sqlmap at the log-in and its headers", OFF, _sqlmap_log_in),
            ("sqlmap at a signed-in page", OFF, _sqlmap_events),
            ("hydra, control: without the throttle the right password of a list is found", OFF, _hydra_control),
            ("hydra against the throttle as shipped", {}, _hydra),
        )
        found = 0
        for name, settings, attack in attacks:
            print(f"==> {name}", flush=True)
            with served(place / "data", {**_CHEAP, **settings, "DOORSTEP_LOG_LEVEL": "warning"}) as server:
                told = attack(server, place)
            print(told or "    nothing found", flush=True)
            found += told is not None
    print(f"{found} of {len(attacks)} attacks found something." if found else "Nothing found, nobody in.")
    return 1 if found else 0


def _schemathesis(server: Served, place: Path, *options: str, headers: tuple[str, ...] = ()) -> str | None:
    url = f"http://localhost:{server.port}"
    config = ROOT / "backend" / "tests" / "attack" / "schemathesis.toml"
    command = [str(Path(sys.executable).with_name("schemathesis")), f"--config-file={config}", "run", *options]
    command += [f"--max-time={_SCHEMATHESIS_SECONDS}", "--continue-on-failure", "--no-color"]
    for header in (*headers, f"Origin: {url}"):
        command += ["-H", header]
    done = _run([*command, f"{url}/api/openapi.json"], place, 3 * _SCHEMATHESIS_SECONDS)
    return None if done.returncode == 0 else done.stdout + done.stderr


def _schemathesis_signed_in(server: Served, place: Path) -> str | None:
    token, _ = server.log_in(_OWNER, "127.0.0.1")
    _, cookies = server.log_in(_OWNER, "127.0.0.1")
    # Not the one call with which it would end its own session, and everything after would be a 401.
    options = ("--exclude-path", "/api/v1/sessions/{session_id}")
    return _schemathesis(server, place, *options, headers=(f"Authorization: Bearer {token}", f"Cookie: {cookies}"))


def _sqlmap_log_in(server: Served, place: Path) -> str | None:
    body = json.dumps({"email": address(_OWNER), "password": PASSWORD[:-1]})
    # Level 3 tries the cookies and the User-Agent and Referer headers as well.
    return _sqlmap(server, place, _LOGIN, "--data", body, "--level=3", "--cookie=doorstep-local=x; doorstep-device=x")


def _sqlmap_events(server: Served, place: Path) -> str | None:
    token, _ = server.log_in(_OWNER, "127.0.0.1")
    events = "/api/v1/users/me/events?limit=5&before=01a20407-1271-75c8-94d9-dd8e1b80189c"
    return _sqlmap(server, place, events, f"--header=Authorization: Bearer {token}")


def _sqlmap(server: Served, place: Path, path: str, *options: str) -> str | None:
    command = [
        *(_sqlmap_program(), f"--url=http://localhost:{server.port}{path}", "--header=Content-Type: application/json"),
        *("--batch", "--flush-session", f"--output-dir={place / 'sqlmap'}", "--dbms=PostgreSQL", "--risk=2"),
        *("--ignore-code=*", "--disable-coloring", "--threads=4", "--time-sec=2", "--skip-waf", *options),
    ]
    done = _run(command, place, _SQLMAP_SECONDS)
    if "appear to be injectable" in done.stdout and "do not appear to be injectable" not in done.stdout:
        return done.stdout
    if "do not appear to be injectable" not in done.stdout:
        raise AttackError(done.stdout[-3000:] + done.stderr[-1000:])
    return None


def _hydra_control(server: Served, place: Path) -> str | None:
    return None if _hydra_gets_in(server, place) else "    hydra did not find the password where nothing stops it"


def _hydra(server: Served, place: Path) -> str | None:
    return "    hydra got in" if _hydra_gets_in(server, place) else None


def _hydra_gets_in(server: Served, place: Path) -> bool:
    """Whether hydra finds the owner's password, which stands in the middle of its list."""
    guesses = [f"not the password number {number}" for number in range(_GUESSES)]
    guesses.insert(_GUESSES // 2, PASSWORD)
    (place / "guesses").write_text("\n".join(guesses) + "\n")
    with form_door(server.port) as port:
        form = "/:email=^USER^&password=^PASS^:S=access_token"
        command = [
            *(_hydra_program(), "-I", "-f", "-t", "4", "-l", address(_OWNER), "-P", str(place / "guesses")),
            *("-s", str(port), "127.0.0.1", "http-post-form", form),
        ]
        done = _run(command, place, _HYDRA_SECONDS)
    if "starting" not in done.stdout:
        raise AttackError(done.stdout + done.stderr)
    return f"password: {PASSWORD}" in done.stdout


def _sqlmap_program() -> str:
    """The sqlmap of PyPI, in an environment of its own."""
    program = _TOOLS / "bin" / "sqlmap"
    if not program.exists():
        uv = [sys.executable, str(ROOT / "scripts" / "run_uv.py")]
        subprocess.run([*uv, "venv", "--quiet", str(_TOOLS)], check=True)
        subprocess.run([*uv, "pip", "install", "--quiet", "--python", str(_TOOLS), _SQLMAP], check=True)
    return str(program)


def _hydra_program() -> str:
    """The hydra of this machine, from Debian where we may install it."""
    found = shutil.which("hydra")
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)  # noqa: S607 -- wherever it is
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "hydra"], check=True)  # noqa: S607
        found = shutil.which("hydra")
    if found is None:
        raise AttackError("hydra is missing: install it (Debian and Homebrew have it) and try again")
    return found


def _run(command: list[str], place: Path, seconds: float) -> "subprocess.CompletedProcess[str]":
    """Run to its end, or until its time is over: what it has said by then counts."""
    try:
        return subprocess.run(
            command, cwd=place, capture_output=True, text=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as over:
        said = over.stdout.decode() if isinstance(over.stdout, bytes) else over.stdout or ""
        return subprocess.CompletedProcess(command, 124, said, "out of time")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AttackError as failed:
        sys.exit(f"The attack did not work, so it proves nothing: {failed}")
