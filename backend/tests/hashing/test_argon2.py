"""Argon2id by libsodium: the same hashes as argon2-cffi's, and never another answer."""

import sys
from types import CodeType, FrameType

import pytest
from argon2.low_level import Type, hash_secret, verify_secret
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_pwhash_alg
from passlib.hash import argon2

from doorstep.kit.argon2 import Argon2

LIBSODIUM: CodeType = crypto_pwhash_alg.__code__
CHEAP = Argon2.using(type="ID", memory_cost=8, rounds=1, parallelism=1)


def computed_by_libsodium(secret: bytes, stored: str) -> tuple[bool, bool]:
    """What `verify` says, and whether libsodium was asked."""
    asked = False

    def watch(frame: FrameType, event: str, _: object) -> None:
        nonlocal asked
        asked = asked or (event == "call" and frame.f_code is LIBSODIUM)

    sys.setprofile(watch)
    try:
        return CHEAP.verify(secret, stored), asked
    finally:
        sys.setprofile(None)


@given(
    st.binary(max_size=300),
    st.binary(min_size=16, max_size=16),
    st.integers(8, 64),
    st.integers(1, 3),
    st.sampled_from((16, 32, 64)),
)
def test_a_hash_of_argon2_cffi_is_verified_by_libsodium(
    secret: bytes, salt: bytes, memory: int, passes: int, size: int
) -> None:
    stored = hash_secret(secret, salt, passes, memory, 1, size, Type.ID).decode()
    assert computed_by_libsodium(secret, stored) == (True, True)
    assert computed_by_libsodium(secret + b"x", stored) == (False, True)


@given(st.binary(max_size=300))
def test_a_hash_of_ours_is_verified_by_argon2_cffi(secret: bytes) -> None:
    stored = CHEAP.hash(secret)
    assert stored.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert verify_secret(stored.encode(), secret, Type.ID)
    assert stored != CHEAP.hash(secret)


@pytest.mark.parametrize(
    "stored",
    [
        argon2.using(type="ID", memory_cost=32, rounds=1, parallelism=4).hash("secret"),
        argon2.using(type="I", memory_cost=8, rounds=3, parallelism=1).hash("secret"),
        argon2.using(type="D", memory_cost=8, rounds=1, parallelism=1).hash("secret"),
        argon2.using(type="ID", memory_cost=8, rounds=1, parallelism=1, salt_size=24).hash("secret"),
        hash_secret(b"secret", b"sixteen bytes :)", 1, 8, 1, 32, Type.ID, version=0x10).decode(),
    ],
    ids=["lanes", "argon2i", "argon2d", "salt", "version"],
)
def test_what_libsodium_cannot_do_is_computed_by_argon2_cffi(stored: str) -> None:
    assert computed_by_libsodium(b"secret", stored) == (True, False)
    assert computed_by_libsodium(b"Secret", stored) == (False, False)


def test_without_a_digest_nothing_matches() -> None:
    with pytest.raises(ValueError, match="hash"):
        CHEAP.verify(b"", CHEAP.hash(b"").rpartition("$")[0])
