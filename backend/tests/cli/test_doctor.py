"""`doorstep doctor` beside a real server, with and without a proxy in front."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest

from doorstep.kit.database import Database
from doorstep.mail import letters
from doorstep.settings import MailSettings
from tests.builders import HandClock, settings_for
from tests.cli.process import GOOD_PASSWORD, Served, command, free_port, served
from tests.cli.proxy import Proxy, running_proxy
from tests.mail.server import Script, scripted_server
from tests.world import world_over

SECRET = "Zk3v9Qw1mB7xT5yR8pL2nC6dF4gH0jK-sUeW"
# What other tests turn down so as not to wait; the doctor would rightly complain.
USUAL = {"DOORSTEP_PASSWORDS__HASH_MEMORY_KIB": "19456", "DOORSTEP_PASSWORDS__HASH_TIME_COST": "2"}


def examined(place: Path, *options: str, code: int, **settings: str) -> dict[str, list[tuple[str, str]]]:
    """By title: verdict and sentence of each line."""
    done = command("doctor", "--json", *options, cwd=place, **settings)
    assert done.returncode == code, done.stdout + done.stderr
    told = json.loads(done.stdout)
    found: dict[str, list[tuple[str, str]]] = {}
    for finding in told["findings"]:
        found.setdefault(finding["title"], []).append((finding["verdict"], finding["sentence"]))
    assert told["verdict"] in {verdict for lines in found.values() for verdict, _ in lines}
    assert_no_secret(done.stdout + done.stderr, place, settings)
    return found


def assert_no_secret(printed: str, place: Path, settings: Mapping[str, str]) -> None:
    kept = [place / "data" / name for name in ("secret", "postgres.password")]
    secrets = [path.read_text().strip() for path in kept if path.exists()]
    secrets += [value for name, value in settings.items() if name == "DOORSTEP_SECRET"]
    assert secrets
    assert not [secret for secret in secrets if secret in printed]


def verdicts(found: Mapping[str, list[tuple[str, str]]]) -> dict[str, str]:
    return {title: lines[0][0] for title, lines in found.items()}


def test_a_fresh_installation_is_healthy(place: Path) -> None:
    with served(place) as server:
        settings = {"DOORSTEP_PORT": str(server.port), **USUAL}
        found = examined(place, code=0, **settings)
        # It is for this machine only, and says so; everything else is well.
        assert [title for title, verdict in verdicts(found).items() if verdict != "ok"] == ["public URL"]
        assert {"cookies", "client address", "clock", "signing keys", "durability", "migrations"} <= set(found)
        examined(place, "--strict", code=1, **settings)
        table = command("doctor", cwd=place, **settings)
        assert table.returncode == 0
        lines = table.stdout.splitlines()
        assert len(lines) == sum(len(each) for each in found.values())
        assert {line.split()[0] for line in lines} == {"ok", "warn"}


def test_what_is_wrong_here_is_told(place: Path) -> None:
    """Without a server: settings, files and keys."""
    secret = place / "data" / "secret"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o640)
    wrong = {
        "DOORSTEP_PORT": str(free_port()),
        "DOORSTEP_API_DOCS": "1",
        "DOORSTEP_LOG_LEVEL": "debug",
        "DOORSTEP_THROTTLE__LOCK_AFTER": "0",
        "DOORSTEP_SESSIONS__IDLE": "P7D",
        "DOORSTEP_HOST": "::",
        "DOORSTEP_TRUSTED_PROXIES": "1",
        "DOORSTEP_WORKERS": "64",
    }
    found = examined(place, code=1, **wrong)
    told = verdicts(found)
    assert told["file modes"] == "fail"
    assert found["file modes"][0][1].endswith("run `chmod 600 data/secret`.")
    assert told["public URL"] == "fail"
    assert told["password hashes"] == "fail"
    assert told["capacity"] == "warn"
    assert "DOORSTEP_THROTTLE__LOCK_AFTER is off" in found["throttle"][0][1]
    assert "DOORSTEP_SESSIONS__IDLE=7 days" in found["sessions"][0][1]
    for title in ("API documentation", "log level", "server", "way around the proxy"):
        assert told[title] == "warn"
    assert "doorstep serve" in found["server"][0][1]
    assert "clock" in found  # the database's, which the doctor started for itself
    assert "cookies" not in found


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    done = command("doctor", "--json", cwd=tmp_path, DOORSTEP_PORT=str(free_port()), **USUAL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
    assert {"title": "database", "verdict": "warn"}.items() <= {
        key: value
        for finding in json.loads(done.stdout)["findings"]
        if finding["title"] == "database"
        for key, value in finding.items()
    }.items()


def test_a_database_that_cannot_be_reached_is_a_line(tmp_path: Path) -> None:
    settings = {"DOORSTEP_DATABASE_URL": "postgresql://user:hidden@127.0.0.1:1/x", "DOORSTEP_SECRET": SECRET}
    found = examined(tmp_path, code=1, DOORSTEP_PORT=str(free_port()), **settings, **USUAL)
    [(verdict, sentence)] = found["database"]
    assert (verdict, "No database answers at 127.0.0.1:1" in sentence) == ("fail", True)
    assert "hidden" not in sentence


async def test_an_external_database_is_examined(tmp_path: Path, dsn: str) -> None:
    settings = {"DOORSTEP_DATABASE_URL": dsn, "DOORSTEP_SECRET": SECRET, "DOORSTEP_PORT": str(free_port()), **USUAL}
    connection = await asyncpg.connect(dsn)
    durable = await connection.fetchval("SHOW fsync") == "on"  # a cluster that is thrown away need not be
    await connection.close()
    told = verdicts(examined(tmp_path, code=0 if durable else 1, **settings))
    assert told["database role"] == "warn"  # the tests' role owns its tables
    assert told["signing keys"] == "warn"
    assert told["durability"] == ("ok" if durable else "fail")


async def test_a_mail_server_that_lets_nothing_through_is_told_at_once(
    tmp_path: Path, dsn: str, database: Database, clock: HandClock
) -> None:
    port = free_port()
    known = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "sender": "door@example.org"}
    settings = settings_for(dsn, tmp_path, mail=MailSettings.model_validate(known))
    world = await world_over(database, clock, settings)
    variables = {f"DOORSTEP_MAIL__{name.upper()}": str(value) for name, value in known.items()}
    variables |= {"DOORSTEP_DATABASE_URL": dsn, "DOORSTEP_SECRET": SECRET, "DOORSTEP_PORT": str(free_port()), **USUAL}

    async def told() -> dict[str, tuple[str, str]]:
        done = await asyncio.to_thread(command, "doctor", "--json", cwd=tmp_path, **variables)
        return {each["title"]: (each["verdict"], each["sentence"]) for each in json.loads(done.stdout)["findings"]}

    nobody = f"No mail server listens at 127.0.0.1:{port}: "
    async with world.database.transaction() as tx:
        await world.services.outbox.put(tx, "ada@example.org", letters.welcome("https://example.org/verify/#token", 30))
    await world.services.outbox.send_due()
    found = await told()
    assert (found["mail"][0], found["mail server"][0], found["outbox"][0]) == ("ok", "fail", "ok")
    assert found["mail server"][1].startswith(nobody)
    world.clock.advance(minutes=1)
    await world.services.outbox.send_due()
    verdict, sentence = (await told())["outbox"]
    assert verdict == "warn"
    assert "1 mail waits and failed 2 times or more" in sentence
    assert nobody in sentence

    script = Script()
    async with scripted_server(script, port=port):
        found = await told()
    assert found["mail server"] == ("ok", "The mail server answers and lets this installation in.")
    assert found["outbox"][0] == "warn", "nothing has left yet"
    assert script.asked == ["EHLO", "NOOP", "QUIT"]
    world.services.close()


def test_behind_a_proxy(place: Path) -> None:
    proxy = Proxy(server_port=0, port=free_port())
    behind = {"DOORSTEP_PUBLIC_URL": f"http://localhost:{proxy.port}", "DOORSTEP_TRUSTED_PROXIES": "1", **USUAL}
    with served(place, **behind) as server, running_proxy(proxy):
        proxy.server_port = server.port
        settings = {"DOORSTEP_PORT": str(server.port), **behind}

        def of_proxy() -> dict[str, list[tuple[str, str]]]:
            told = examined(place, code=1, **settings)
            assert {title for title, verdict in verdicts(told).items() if verdict == "fail"}
            return told

        well = examined(place, code=0, **settings)
        assert well["client address"][0] == (
            "ok",
            "The server sees this machine as 127.0.0.1; it believes the 1 that write X-Forwarded-For.",
        )

        proxy.appends = False
        verdict, sentence = of_proxy()["client address"][0]
        assert (verdict, "set DOORSTEP_TRUSTED_PROXIES=0" in sentence) == ("fail", True)
        proxy.appends = True

        proxy.drops = ["; HttpOnly"]
        verdict, sentence = of_proxy()["cookies"][0]
        assert (verdict, "without httponly" in sentence) == ("fail", True)
        proxy.drops = []

        proxy.host = f"127.0.0.1:{server.port}"
        verdict, sentence = of_proxy()["server"][0]
        assert (verdict, "Host header" in sentence) == ("fail", True)
        proxy.host = None

        proxy.server_port = free_port()
        assert of_proxy()["server"][0][0] == "fail"


def test_a_server_of_other_settings_is_noticed(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The doctor in a shell without the server's variables looks at another database, and must say so."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with served(place) as server, served(elsewhere) as other:
        other.stop()
        sign_up(server)
        found = examined(elsewhere, code=1, DOORSTEP_PORT=str(server.port), **USUAL)
        assert "another database" in found["settings"][0][1]
        assert found["client address"][0][0] == "warn"
        assert "another DOORSTEP_SECRET" in found["client address"][0][1]


def sign_up(server: Served) -> None:
    answer = server.ask("/api/v1/auth/signup", {"email": "ada@example.com", "password": GOOD_PASSWORD})
    assert answer is not None
    assert answer.status == 201
