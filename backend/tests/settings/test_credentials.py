"""Secrets as files: the variables that name one, and systemd's credentials."""

from pathlib import Path

import pytest

from doorstep.cli.configuration import read_settings
from doorstep.credentials import SECRETS
from doorstep.kit.startup import StartupRefused
from doorstep.settings import Settings

HIDDEN = "a secret for tests only, which stands in a file"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(f"{HIDDEN}\n")
    return path


def values(settings: Settings) -> dict[str, str | None]:
    """Each secret by the name of its variable, where it is set."""
    fallbacks = "\n".join(each.get_secret_value() for each in settings.secret_fallbacks)
    password = settings.mail.smtp_password
    url = settings.database_url
    return {
        "DOORSTEP_SECRET": settings.secret.get_secret_value() if settings.secret else None,
        "DOORSTEP_SECRET_FALLBACKS": fallbacks or None,
        "DOORSTEP_DATABASE_URL": url.get_secret_value() if url else None,
        "DOORSTEP_MAIL__SMTP_PASSWORD": password.get_secret_value() if password else None,
    }


def test_every_secret_setting_is_listed() -> None:
    assert set(values(Settings())) == set(SECRETS)


@pytest.mark.parametrize("name", SECRETS)
def test_a_variable_names_the_file(name: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{name}_FILE", str(file))
    assert values(read_settings())[name] == HIDDEN


@pytest.mark.parametrize("name", SECRETS)
def test_a_credential_of_systemd_is_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).write_text(HIDDEN)
    (tmp_path / "DOORSTEP_PORT").write_text("1")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert values(read_settings()) == {**dict.fromkeys(SECRETS), name: HIDDEN}
    assert read_settings().port == 8000


def test_a_variable_wins_over_a_credential_and_that_over_the_file(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "doorstep.toml").write_text('secret = "in doorstep.toml"\n')
    assert values(read_settings())["DOORSTEP_SECRET"] == "in doorstep.toml"
    (tmp_path / "DOORSTEP_SECRET").write_text("a credential")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert values(read_settings())["DOORSTEP_SECRET"] == "a credential"
    monkeypatch.setenv("DOORSTEP_SECRET_FILE", str(file))
    assert values(read_settings())["DOORSTEP_SECRET"] == HIDDEN
    monkeypatch.delenv("DOORSTEP_SECRET_FILE")
    monkeypatch.setenv("DOORSTEP_SECRET", "a variable")
    assert values(read_settings())["DOORSTEP_SECRET"] == "a variable"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "DOORSTEP_SECRET_FILE cannot be read from"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff" * 40, "is not text in UTF-8"),
        (b"s" * 70_000, "is larger than 64 KiB"),
    ],
)
def test_a_file_that_is_none_is_one_sentence(
    content: bytes | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("DOORSTEP_SECRET_FILE", str(path))
    with pytest.raises(StartupRefused, match=words) as refusal:
        read_settings()
    assert len(refusal.value.sentence.splitlines()) == 1
    assert "sss" not in refusal.value.sentence


def test_an_option_wins_over_a_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_DATABASE_URL_FILE", str(file))
    monkeypatch.setenv("DOORSTEP_DATABASE_URL", "")  # so that it is put back afterwards
    url = "postgresql://doorstep@localhost/doorstep"
    assert values(read_settings({"database_url": url}))["DOORSTEP_DATABASE_URL"] == url


@pytest.mark.asvs("v5.0.0-13.3.1")
def test_a_variable_beside_its_file_is_a_mistake(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_SECRET_FILE", str(file))
    monkeypatch.setenv("DOORSTEP_SECRET", "a variable")
    with pytest.raises(StartupRefused, match="DOORSTEP_SECRET and DOORSTEP_SECRET_FILE are both set"):
        read_settings()
