"""The API attacked by its own description: schemathesis makes requests that fit it and requests that do not.

All its checks: no answer is a server error, none has a status, a content type, a header or a body that the OpenAPI does
not tell, what does not fit is refused, and a token that is left out or wrong is noticed. A small run with a fixed seed;
`make attack` does it for longer, with chance.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.process import GOOD_PASSWORD, Served, command, served

CONFIG = Path(__file__).with_name("schemathesis.toml")
SEED = "20260314"
LONGEST_RUN = 240
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


def attack(server: Served, place: Path, *headers: str, seed: str = SEED) -> None:
    """Run schemathesis; fails with what it found."""
    url = f"http://localhost:{server.port}"
    options = [f"--seed={seed}", "--max-examples=12", "--continue-on-failure", "--no-color"]
    for header in (*headers, f"Origin: {url}"):
        options += ["-H", header]
    options.append(f"{url}/api/openapi.json")
    done = subprocess.run(
        [Path(sys.executable).with_name("schemathesis"), f"--config-file={CONFIG}", "run", *options],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 selected" not in done.stdout
    assert "unhandled" not in server.printed


def test_nobody_finds_an_answer_that_is_not_told(server: Served, tmp_path: Path) -> None:
    attack(server, tmp_path)


def test_a_signed_in_user_finds_no_answer_that_is_not_told(server: Served, tmp_path: Path) -> None:
    credentials = {"email": ADA, "password": GOOD_PASSWORD}
    logged_in = [server.ask("/api/v1/auth/login", credentials) for _ in range(2)]
    tokens = [answer.json()["access_token"] for answer in logged_in if answer]
    # The cookie is that of another session than the token: refreshing it again and again ends it (a replay).
    cookie = logged_in[1].headers["set-cookie"].split(";")[0] if logged_in[1] else ""
    attack(server, tmp_path, f"Authorization: Bearer {tokens[0]}", f"Cookie: {cookie}")
