"""`doorstep mail`: what an operator sees of mails that do not leave, and sending them again."""

import re
from pathlib import Path

import pytest

from tests.builders import SECRET
from tests.cli.process import GOOD_PASSWORD, command, free_port, served
from tests.waiting import wait_for


@pytest.fixture
def known(dsn: str) -> dict[str, str]:
    """A product whose mail server is away."""
    return {
        "DOORSTEP_DATABASE_URL": dsn,
        "DOORSTEP_SECRET": SECRET,
        "DOORSTEP_MAIL__SMTP_HOST": "127.0.0.1",
        "DOORSTEP_MAIL__SMTP_PORT": str(free_port()),
        "DOORSTEP_MAIL__SMTP_SECURITY": "none",
        "COLUMNS": "200",
    }


def test_mails_that_wait_are_shown_and_sent_again(tmp_path: Path, known: dict[str, str]) -> None:
    assert command("mail", "list", cwd=tmp_path, **known).stdout == "No mail is waiting.\n"
    with served(tmp_path, **known) as server:
        account = {"email": "ada@example.com", "password": GOOD_PASSWORD}
        answer = server.ask("/api/v1/auth/signup", account)
        assert answer is not None
        assert answer.status == 201

        def failed() -> str | None:
            told = command("mail", "list", cwd=tmp_path, **known).stdout
            return told if "No mail server" in told else None

        told = wait_for(failed, "a mail that could not be sent")
    line = next(line for line in told.splitlines() if "ada@example.com" in line)
    assert "verify_email" in line
    assert "waits" in line
    assert "code" not in told  # the subject of that mail holds one
    mail_id = line.split()[0]
    assert mail_id in command("mail", "list", "--user", "Ada@example.com", cwd=tmp_path, **known).stdout
    done = command("users", "create", "bea@example.com", "--password-stdin", cwd=tmp_path, typed=GOOD_PASSWORD, **known)
    assert done.returncode == 0, done.stderr
    assert command("mail", "list", "--user", "bea@example.com", cwd=tmp_path, **known).stdout == "No mail is waiting.\n"
    done = command("mail", "list", "--user", "nobody@example.com", cwd=tmp_path, **known)
    assert (done.returncode, done.stdout) == (1, "")

    for arguments in ((mail_id,), ("--all",)):
        done = command("mail", "retry", *arguments, cwd=tmp_path, **known)
        assert (done.returncode, done.stdout) == (0, "1 mail is tried again.\n")
    assert re.search(rf"{mail_id}.* waits +0 ", command("mail", "list", cwd=tmp_path, **known).stdout)


def test_what_cannot_be_retried_is_one_sentence(tmp_path: Path, known: dict[str, str]) -> None:
    nobody = "01890000-0000-7000-8000-000000000000"
    done = command("mail", "retry", nobody, cwd=tmp_path, **known)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "No such mail is waiting: it was sent, or is being sent.\n"
    assert command("mail", "retry", "--all", cwd=tmp_path, **known).stdout == "0 mails are tried again.\n"
    for arguments in ((), (nobody, "--all"), ("x",)):
        assert command("mail", "retry", *arguments, cwd=tmp_path, **known).returncode == 2
