import os
import stat
from pathlib import Path

import pytest

from doorstep.kit.secret import derive, fingerprint, former_secrets, master_secret
from doorstep.kit.startup import StartupRefused
from doorstep.settings import Settings


def test_embedded_secret_is_made_once_and_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        first = master_secret(None, tmp_path / "data", embedded=True)
    finally:
        os.umask(before)
    assert len(first) >= 64
    assert master_secret(None, tmp_path / "data", embedded=True) == first
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
@pytest.mark.asvs("v5.0.0-13.3.2")
def test_secret_that_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    master_secret(None, tmp_path, embedded=True)
    (tmp_path / "secret").chmod(mode)
    with pytest.raises(StartupRefused, match="chmod 600"):
        master_secret(None, tmp_path, embedded=True)


def test_damaged_secret_is_refused(tmp_path: Path) -> None:
    master_secret(None, tmp_path, embedded=True)
    (tmp_path / "secret").write_text("")
    with pytest.raises(StartupRefused, match="is damaged"):
        master_secret(None, tmp_path, embedded=True)


def test_given_secret_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert master_secret("s" * 32, tmp_path / "data", embedded=True) == "s" * 32
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("given", "embedded"), [(None, False), ("s" * 31, False), ("", False), ("s" * 31, True)])
@pytest.mark.asvs("v5.0.0-13.2.3", "v5.0.0-13.3.1")
def test_missing_or_short_secret_is_refused_with_the_mend(given: str | None, embedded: bool, tmp_path: Path) -> None:
    with pytest.raises(StartupRefused, match="openssl rand -base64 48") as refusal:
        master_secret(given, tmp_path, embedded=embedded)
    assert "sss" not in refusal.value.sentence


def test_purposes_have_keys_of_their_own() -> None:
    keys = {derive(b"s" * 32, purpose) for purpose in ("signing keys", "refresh tokens", "")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
    # HKDF-SHA256 of RFC 5869, computed apart: a change of it would end every session and lose every sealed key.
    known = "6c5e002bf9dfbebe377dbbf0b0f8a5697920e1ea2e8260dd44f0dff1f88b02ee"
    assert derive(b"s" * 32, "signing keys").hex() == known


def test_the_secret_before_counts_beside_the_generated_one(tmp_path: Path) -> None:
    first = master_secret(None, tmp_path, embedded=True)
    assert former_secrets([], tmp_path, generated=True) == ()
    (tmp_path / "secret").rename(tmp_path / "secret.before")
    assert master_secret(None, tmp_path, embedded=True) != first
    assert former_secrets([], tmp_path, generated=True) == (first,)
    assert former_secrets(["s" * 32], tmp_path, generated=True) == ("s" * 32, first)
    assert former_secrets(["s" * 32], tmp_path, generated=False) == ("s" * 32,)


def test_a_secret_before_that_others_may_read_or_that_is_short_is_refused(tmp_path: Path) -> None:
    before = tmp_path / "secret.before"
    before.write_text("s" * 40)
    before.chmod(0o644)
    with pytest.raises(StartupRefused, match="chmod 600"):
        former_secrets([], tmp_path, generated=True)
    before.chmod(0o600)
    before.write_text("s" * 31)
    with pytest.raises(StartupRefused, match="is damaged"):
        former_secrets([], tmp_path, generated=True)
    with pytest.raises(StartupRefused, match="DOORSTEP_SECRET_FALLBACKS") as refusal:
        former_secrets(["s" * 31], tmp_path, generated=False)
    assert "sss" not in refusal.value.sentence


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("one", ("one",)),
        ("one\n\n two \n", ("one", "two")),
        ('["o\\ne", "[two"]', ("o\ne", "[two")),
        ("[one", ("[one",)),
        ("", ()),
    ],
)
def test_fallbacks_are_a_line_each_or_a_list(
    given: str, kept: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORSTEP_SECRET_FALLBACKS", given)
    assert tuple(each.get_secret_value() for each in Settings().secret_fallbacks) == kept


def test_secrets_have_names_of_their_own() -> None:
    assert len({fingerprint(b"s" * 32), fingerprint(b"t" * 32)}) == 2
    assert len(fingerprint(b"s" * 32)) == 8
