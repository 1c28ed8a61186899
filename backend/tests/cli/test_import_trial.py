"""`doorstep users import FILE --try EMAIL`, as an operator runs it before an import."""

import base64
import hashlib
import hmac
from pathlib import Path

import bcrypt
import pytest

from tests.cli.process import GOOD_PASSWORD, assert_one_sentence, command
from tests.imports.files import BCRYPT, jsonl

SECRET = "pepper-of-the-other-system"
WORD = GOOD_PASSWORD.encode()


def hashed(secret: bytes) -> str:
    return bcrypt.hashpw(secret[:72], bcrypt.gensalt(4)).decode()


PBKDF2 = hashlib.pbkdf2_hmac("sha256", WORD, b"seasalt", 25_000, 512).hex()
LINES = {
    "plain@example.org": ({"password_hash": BCRYPT}, "Line 1: the password opens it"),
    "meteor@example.org": (
        {"password_hash": hashed(hashlib.sha256(WORD).hexdigest().encode())},
        "`password_preparation` sha256-hex",
    ),
    "nodebb@example.org": (
        {"password_hash": hashed(hashlib.sha512(WORD).hexdigest().encode())},
        "`password_preparation` sha512-hex",
    ),
    "devise@example.org": ({"password_hash": hashed(WORD + SECRET.encode())}, "`password_preparation` suffix"),
    "flask@example.org": (
        {"password_hash": hashed(base64.b64encode(hmac.digest(SECRET.encode(), WORD, "sha512")))},
        "`password_preparation` hmac-sha512",
    ),
    "wrong@example.org": (
        {"password_hash": BCRYPT, "password_preparation": "md5-hex"},
        "with no `password_preparation`",
    ),
    "payload@example.org": ({"password_hash": PBKDF2, "password_salt": "seasalt"}, "`password_scheme` payload"),
    "other@example.org": ({"password_hash": hashed(b"another password")}, "does not open it"),
    "none@example.org": ({"password_hash": "!"}, "has no password"),
    "apache@example.org": ({"password_hash": "$apr1$fJMYU13Z$WJ8F"}, "Apache's MD5"),
    "missing@example.org": (None, "No line that could be imported has this e-mail"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    lines = [{"email": email, **fields} for email, (fields, _) in LINES.items() if fields is not None]
    return jsonl(tmp_path / "users.jsonl", lines)


@pytest.mark.parametrize("email", LINES)
def test_it_says_whether_the_password_opens_the_hash_and_what_would_fit(file: Path, tmp_path: Path, email: str) -> None:
    done = command(
        *("users", "import", str(file), "--try", email.upper(), "--password-stdin"),
        cwd=tmp_path,
        typed=GOOD_PASSWORD + "\n",
        DOORSTEP_PASSWORDS__IMPORTED_SECRETS=SECRET,
    )
    assert LINES[email][1] in done.stdout, done.stderr
    assert done.returncode == (0 if email.startswith("plain") else 1)
    told = done.stdout + done.stderr
    assert "Traceback" not in told
    for secret in (GOOD_PASSWORD, SECRET, BCRYPT):
        assert secret not in told
    assert not (tmp_path / "data").exists()  # nobody is imported: there is no database even


def test_without_a_password_or_an_email_it_is_refused(file: Path, tmp_path: Path) -> None:
    arguments = ("users", "import", str(file), "--password-stdin", "--try")
    assert_one_sentence(command(*arguments, "plain@example.org", cwd=tmp_path), "no password")
    assert_one_sentence(command(*arguments, "plain", cwd=tmp_path, typed="x\n"), "e-mail")
