"""The API attacked by its own description: schemathesis makes requests that fit it and requests that do not.

All its checks: no answer is a server error, none has a status, a content type, a header or a body that the OpenAPI does
not tell, what does not fit is refused, and a token that is left out or wrong is noticed. A small run with a fixed seed;
`make attack` does it for longer, with chance.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.process import GOOD_PASSWORD, Served, command, served

CONFIG = Path(__file__).with_name("schemathesis.toml")
SEED = "20260314"
EXAMPLES = 25
LONGEST = 240
ME = "/api/v1/users/me"
ONE_SESSION = "/api/v1/sessions/{session_id}"
ADA = "ada@example.org"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A real server without limits on tries, so that the attack gets further than the throttle."""
    place = tmp_path_factory.mktemp("attacked")
    assert command("users", "create", ADA, "--password-stdin", cwd=place, typed=GOOD_PASSWORD).returncode == 0
    assert command("subscriptions", "grant", ADA, cwd=place).returncode == 0
    limits = ("FREE_FAILURES", "LOCK_AFTER", "NETWORK_FREE", "NETWORK_LIMIT")
    off = {f"DOORSTEP_THROTTLE__{name}": "0" for name in limits}
    with served(place, DOORSTEP_API_DOCS="1", DOORSTEP_LOG_LEVEL="warning", **off) as running:
        yield running


def attack(server: Served, place: Path, *options: str, headers: Iterable[str] = ()) -> None:
    """Run schemathesis; fails with what it found."""
    url = f"http://localhost:{server.port}"
    command = [str(Path(sys.executable).with_name("schemathesis")), f"--config-file={CONFIG}", "run", *options]
    command += [f"--seed={SEED}", f"--max-examples={EXAMPLES}", "--continue-on-failure", "--no-color"]
    for header in (*headers, f"Origin: {url}"):
        command += ["-H", header]
    done = subprocess.run(
        [*command, f"{url}/api/openapi.json"], cwd=place, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "unhandled" not in server.printed


def logged_in(server: Served) -> tuple[str, str]:
    """The headers of a fresh log-in: the access token's and the cookies'."""
    credentials = {"email": ADA, "password": GOOD_PASSWORD}
    answer = httpx.post(f"http://localhost:{server.port}/api/v1/auth/login", json=credentials)
    cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    return f"Authorization: Bearer {answer.json()['access_token']}", f"Cookie: {cookies}"


def test_nobody_finds_an_answer_that_is_not_told(server: Served, tmp_path: Path) -> None:
    attack(server, tmp_path)


def test_a_signed_in_user_finds_no_answer_that_is_not_told(server: Served, tmp_path: Path) -> None:
    # The cookies are those of another session than the token, so that neither log-out nor a replay ends the token's.
    (token, _), (_, cookies) = logged_in(server), logged_in(server)
    attack(server, tmp_path, "--exclude-path", ONE_SESSION, "--exclude-path", ME, headers=[token, cookies])
    assert_still_in(server, token)


def test_ending_sessions_gives_no_answer_that_is_not_told(server: Served, tmp_path: Path) -> None:
    # By itself, and last: the attacker lists the sessions and ends their own as well, and deletes the account.
    token, _ = logged_in(server)
    attack(server, tmp_path, "--include-path", ONE_SESSION, "--include-path", ME, headers=[token])


def assert_still_in(server: Served, token: str) -> None:
    """The whole attack was that of a signed-in user."""
    name, _, value = token.partition(": ")
    answer = httpx.get(f"http://localhost:{server.port}/api/v1/users/me", headers={name: value})
    assert answer.status_code == 200
