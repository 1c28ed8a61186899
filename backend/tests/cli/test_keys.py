"""`doorstep keys` beside a serving process of several workers."""

from pathlib import Path

from tests.cli.process import GOOD_PASSWORD, Served, assert_one_sentence, command, free_port, served
from tests.waiting import wait_for

ACCOUNT = {"email": "ada@example.com", "password": GOOD_PASSWORD}


def token_of(server: Served, path: str = "/api/v1/auth/login") -> str:
    answer = server.ask(path, ACCOUNT)
    assert answer is not None
    return str(answer.json()["access_token"])


def status(server: Served, token: str) -> int:
    answer = server.ask("/api/v1/users/me", token=token)
    assert answer is not None
    return answer.status


def listed(place: Path) -> dict[str, str]:
    """State by key."""
    done = command("keys", "list", cwd=place)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    return {row[0]: row[1] for row in rows}


def test_rotating_logs_nobody_out_and_retiring_refuses_within_seconds(place: Path) -> None:
    with served(place, "--workers", "2") as server:
        token = token_of(server, "/api/v1/auth/signup")
        [old] = listed(place)
        assert command("keys", "rotate", cwd=place).stdout.count("signs from") == 1
        assert command("keys", "rotate", "--now", cwd=place).stdout.endswith(" signs now.\n")
        assert status(server, token) == 200
        assert sorted(listed(place).values()) == ["signs", "verifies"]
        assert status(server, token_of(server)) == 200

        asked = command("keys", "retire", old, cwd=place, typed="n\n")
        assert asked.returncode == 1
        assert status(server, token) == 200

        done = command("keys", "retire", old, "--yes", cwd=place)
        assert done.returncode == 0, done.stderr
        assert "its tokens are refused within 5 seconds" in done.stdout
        # Two workers: the bound holds for both when many requests in a row are refused.
        wait_for(lambda: {status(server, token) for _ in range(8)} == {401}, "both workers refuse it", 12)
        assert listed(place)[old] == "withdrawn"
        assert status(server, token_of(server)) == 200

        [signing] = [kid for kid, state in listed(place).items() if state == "signs"]
        alone = command("keys", "retire", signing, "--yes", cwd=place)
        assert alone.returncode == 0, alone.stderr
        assert sorted(listed(place).values()) == ["signs", "withdrawn", "withdrawn"]

        unknown = command("keys", "retire", "no-such-key", "--yes", cwd=place)
        assert (unknown.returncode, len(unknown.stderr.splitlines())) == (1, 1)


def test_a_wrong_secret_is_one_sentence(place: Path) -> None:
    with served(place) as server:
        token_of(server, "/api/v1/auth/signup")
    port = str(free_port())
    wrong = "another secret for tests only, which opens nothing"
    done = command("serve", "--port", port, cwd=place, DOORSTEP_SECRET=wrong)
    assert_one_sentence(done, "DOORSTEP_SECRET does not open the signing keys", "doorstep secret rotate --lost")
    assert wrong not in done.stderr + done.stdout
    (place / "data" / "secret").write_text("x" * 40 + "\n")
    assert_one_sentence(command("serve", "--port", port, cwd=place), "The secret in data does not open")
    # The way out when it is lost.
    [lost] = listed(place)
    done = command("secret", "rotate", "--lost", cwd=place)
    assert (done.returncode, f"{lost} is withdrawn" in done.stdout) == (0, True), done.stderr
    with served(place) as server:
        assert status(server, token_of(server)) == 200
