"""`doorstep secret`: the master secret changed beside a serving process of two workers."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyotp import TOTP

from tests.cli.process import GOOD_PASSWORD, Served, command, free_port, served
from tests.cli.test_keys import listed

RUN = "run `doorstep secret rotate` once every server has both."
ACCOUNT = {"email": "ada@example.com", "password": GOOD_PASSWORD}


def posted(server: Served, path: str, body: Mapping[str, object], token: str | None = None) -> dict[str, object]:
    answer = server.ask(f"/api/v1/{path}", body, token)
    assert answer is not None
    return answer.json()


def enrolled(server: Served) -> tuple[str, list[str]]:
    """Somebody whose log-in takes two steps: the secret of the app, and the recovery codes."""
    token = str(posted(server, "auth/signup", ACCOUNT)["access_token"])
    secret = str(posted(server, "users/me/factors/totp", {}, token)["secret"])
    made = posted(server, "users/me/factors/totp/confirm", {"code": TOTP(secret).now()}, token)
    codes = made["recovery_codes"]
    assert isinstance(codes, list)
    return secret, [str(code) for code in codes]


def ticket(server: Served) -> str:
    return str(posted(server, "auth/login", ACCOUNT)["ticket"])


def code_after(secret: str, steps: int) -> str:
    """A code that was not used: of the step that begins `steps` later, which a server forgives by one."""
    return TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def sealed_line(place: Path, port: int) -> tuple[str, str]:
    done = command("doctor", "--json", cwd=place, DOORSTEP_PORT=str(port))
    [line] = [each for each in json.loads(done.stdout)["findings"] if each["title"] == "sealed"]
    return line["verdict"], line["sentence"]


def test_nobody_notices_a_change_of_the_secret(place: Path) -> None:
    with served(place, "--workers", "2") as server:
        secret, codes = enrolled(server)
    before = place / "data" / "secret.before"
    (place / "data" / "secret").rename(before)
    with served(place, "--workers", "2") as server:
        assert sealed_line(place, server.port) == (
            "warn",
            f"Under a secret before today's lies 1 signing keys, 1 authenticator apps: {RUN}",
        )
        done = command("secret", "rotate", cwd=place)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("Sealed anew: 1 signing keys, 1 authenticator apps, 0 mails.\n")
        assert "authenticator apps: 1 of 1\n" in done.stderr
        told = command("secret", "status", cwd=place)
        assert told.returncode == 0, told.stderr
        assert [line.split() for line in told.stdout.splitlines()[1:3]] == [
            ["signing", "keys", "1", "0", "0"],
            ["authenticator", "apps", "1", "0", "0"],
        ]
        typed = {"ticket": ticket(server), "code": code_after(secret, 1)}
        assert "access_token" in posted(server, "auth/login/totp", typed)
        assert sealed_line(place, server.port)[0] == "warn"
    before.unlink()
    with served(place, "--workers", "2") as server:
        typed = {"ticket": ticket(server), "code": codes[0]}
        assert "access_token" in posted(server, "auth/login/recovery-code", typed)
        assert sealed_line(place, server.port) == ("ok", "All of it opens with today's secret.")
        assert "secret" not in server.printed


def test_a_leaked_secret_is_withdrawn_with_what_it_sealed(place: Path) -> None:
    leaked = "a secret for tests only, which somebody else has seen"
    fresh = "another secret for tests only, which nobody has seen"
    with served(place, DOORSTEP_SECRET=leaked) as server:
        enrolled(server)
    both = {"DOORSTEP_SECRET": fresh, "DOORSTEP_SECRET_FALLBACKS": leaked}
    [before] = listed(place)
    with served(place, **both) as server:
        done = command("secret", "rotate", "--leaked", cwd=place, **both)
        assert done.returncode == 0, done.stderr
        assert f"{before} is withdrawn" in done.stdout
        assert sorted(listed(place).values()) == ["signs", "withdrawn"]
    with served(place, DOORSTEP_SECRET=fresh) as server:
        assert "ticket" in posted(server, "auth/login", ACCOUNT)
    done = command("secret", "rotate", "--leaked", cwd=place, DOORSTEP_SECRET=fresh)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "DOORSTEP_SECRET_FALLBACKS" in done.stderr


def test_a_short_fallback_is_refused(place: Path) -> None:
    done = command("serve", "--port", str(free_port()), cwd=place, DOORSTEP_SECRET_FALLBACKS="too short")
    assert done.returncode == 2
    assert "DOORSTEP_SECRET_FALLBACKS" in done.stderr
    assert "too short" not in done.stderr
