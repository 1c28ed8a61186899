"""The list of leaked passwords: exact in both directions, small, quick to load."""

import gzip
import importlib.util
import tracemalloc
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.passwords import leaked
from doorstep.passwords.leaked import DATA_FILE, FEWEST_CHARACTERS, is_leaked

DATA = files("doorstep.passwords").joinpath(DATA_FILE)
LISTED = gzip.decompress(DATA.read_bytes()).decode().strip("\n").split("\n")


def packer() -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / "pack_leaked_passwords.py"
    spec = importlib.util.spec_from_file_location("pack_leaked_passwords", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.asvs("v5.0.0-6.2.4")
@pytest.mark.asvs("v5.0.0-6.2.12")
def test_every_listed_password_is_found_in_any_case() -> None:
    assert len(LISTED) > 40_000
    assert sorted(set(LISTED)) == LISTED
    for password in LISTED[:: len(LISTED) // 500]:
        assert is_leaked(password)
    assert is_leaked(LISTED[0])
    assert is_leaked(LISTED[-1])
    assert is_leaked("PassWord123")
    assert is_leaked("contraseña")


def test_parts_of_listed_passwords_are_not_found() -> None:
    known = set(LISTED)
    for password in LISTED[:: len(LISTED) // 200]:
        for near in (password[:-1], password[1:], password + "\n", "\n" + password, password + "~"):
            assert is_leaked(near) == (near in known)
    assert not is_leaked("\n".join(LISTED[:2]))
    assert not is_leaked("")
    assert not is_leaked("\ud800" * 20)


@given(st.text(min_size=FEWEST_CHARACTERS, max_size=40))
def test_what_is_not_listed_is_not_found(password: str) -> None:
    assert is_leaked(password) == (password.casefold() in LISTED)


def test_the_list_takes_little_memory_and_ships_with_its_licence() -> None:
    leaked._listed.cache_clear()  # noqa: SLF001 -- to see it loaded
    tracemalloc.start()
    is_leaked("12345678")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000
    licence = files("doorstep.passwords").joinpath("leaked.LICENSE.txt").read_text(encoding="utf-8")
    assert "MIT License" in licence
    assert "ignis-sec/Pwdb-Public" in licence


def test_the_packing_keeps_what_can_matter_and_repeats_itself_byte_for_byte() -> None:
    source = "Password123\nshort\npassword123\n\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\nZwo\u0308lfzehn\n"
    packed = packer().packed(source)
    assert gzip.decompress(packed).decode() == "\npassword123\nzwölfzehn\n"
    assert packed == packer().packed(source)
    assert gzip.decompress(packer().packed("\n".join(LISTED))) == gzip.decompress(DATA.read_bytes())
