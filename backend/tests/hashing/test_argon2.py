"""Argon2 by whichever engine: the same hashes as argon2-cffi's, and never another answer."""

import ctypes
import os
import platform
import resource
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import CodeType, FrameType

import pytest
from argon2.low_level import Type, hash_secret, verify_secret
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_pwhash_alg
from passlib.hash import argon2

from doorstep.kit import argon2_native
from doorstep.kit.argon2 import Argon2, engine
from doorstep.kit.argon2_native import LIBRARY, Cost, Libargon2, fits, load, processor_features
from doorstep.kit.hash_slots import step_back

FAILURE = LIBRARY.with_name("failure")
LIBSODIUM: CodeType = crypto_pwhash_alg.__code__
NATIVE: CodeType = Libargon2.digest.__code__


class ByLibsodium(Argon2):
    """What computes where libargon2 is not."""

    libargon2 = "not asked"


CHEAP = Argon2.using(type="ID", memory_cost=8, rounds=1, parallelism=1)
CHEAP_BY_LIBSODIUM = ByLibsodium.using(type="ID", memory_cost=8, rounds=1, parallelism=1)
USUAL = Argon2.using(type="ID", memory_cost=19_456, rounds=2, parallelism=1)
USUAL_BY_LIBSODIUM = ByLibsodium.using(type="ID", memory_cost=19_456, rounds=2, parallelism=1)
native = pytest.mark.skipif(not isinstance(Argon2.libargon2, Libargon2), reason=engine())


def asked(handler: type[Argon2], secret: bytes, stored: str) -> tuple[bool, str]:
    """What `verify` says, and which engine was asked."""
    by = "argon2-cffi"

    def watch(frame: FrameType, event: str, _: object) -> None:
        nonlocal by
        if event == "call":
            by = {LIBSODIUM: "libsodium", NATIVE: "libargon2"}.get(frame.f_code, by)

    sys.setprofile(watch)
    try:
        return handler.verify(secret, stored), by
    finally:
        sys.setprofile(None)


def test_where_it_can_be_built_it_is_built_and_used() -> None:
    """Else a build that fails without a word makes every log-in half as slow again."""
    there = (platform.system(), platform.machine(), platform.libc_ver()[0]) == ("Linux", "x86_64", "glibc")
    if not there or not fits(processor_features()):
        pytest.skip("not for this machine")
    if FAILURE.is_file() and "could not be fetched" in FAILURE.read_text() and not os.environ.get("CI"):
        pytest.skip(FAILURE.read_text())
    assert engine() == "libargon2 with AVX2"
    assert isinstance(Argon2.libargon2, Libargon2)
    assert asked(CHEAP, b"secret", CHEAP.hash(b"secret")) == (True, "libargon2")


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
    assert asked(CHEAP_BY_LIBSODIUM, secret, stored) == (True, "libsodium")
    assert asked(CHEAP_BY_LIBSODIUM, secret + b"x", stored) == (False, "libsodium")


@native
@given(
    st.binary(max_size=300),
    st.binary(min_size=8, max_size=48),
    st.integers(0, 90),
    st.integers(1, 4),
    st.integers(1, 5),
    st.integers(4, 100),
    st.sampled_from(Type),
    st.sampled_from((0x10, 0x13)),
)
def test_a_hash_of_argon2_cffi_is_verified_by_libargon2(
    secret: bytes, salt: bytes, memory: int, passes: int, lanes: int, size: int, kind: Type, version: int
) -> None:
    stored = hash_secret(secret, salt, passes, 8 * lanes + memory, lanes, size, kind, version=version).decode()
    assert asked(CHEAP, secret, stored) == (True, "libargon2")
    assert asked(CHEAP, secret + b"x", stored) == (False, "libargon2")


@native
def test_as_large_as_hashes_get() -> None:
    for memory, lanes, kind in ((19_456, 1, Type.ID), (65_536, 4, Type.ID), (9_999, 3, Type.I)):
        stored = hash_secret(b"secret", b"sixteen bytes :)", 2, memory, lanes, 32, kind).decode()
        assert asked(CHEAP, b"secret", stored) == (True, "libargon2")


@pytest.mark.parametrize("handler", [CHEAP, CHEAP_BY_LIBSODIUM])
@given(secret=st.binary(max_size=300))
def test_a_hash_of_ours_is_verified_by_argon2_cffi(handler: type[Argon2], secret: bytes) -> None:
    stored = handler.hash(secret)
    assert stored.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert verify_secret(stored.encode(), secret, Type.ID)
    assert stored != handler.hash(secret)


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
    assert asked(CHEAP_BY_LIBSODIUM, b"secret", stored) == (True, "argon2-cffi")
    assert asked(CHEAP_BY_LIBSODIUM, b"Secret", stored) == (False, "argon2-cffi")


@pytest.mark.parametrize("handler", [CHEAP, CHEAP_BY_LIBSODIUM])
def test_without_a_digest_nothing_matches(handler: type[Argon2]) -> None:
    with pytest.raises(ValueError, match="hash"):
        handler.verify(b"", handler.hash(b"").rpartition("$")[0])


@pytest.mark.parametrize("handler", [CHEAP, CHEAP_BY_LIBSODIUM])
@pytest.mark.parametrize(
    "stored",
    [
        "$argon2id$v=19$m=8,t=1,p=4$c2l4dGVlbiBieXRlcyA6KQ$ZGRkZGRkZGRkZGRkZGRkZA",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$ZGRkZGRkZGRkZGRkZGRkZA",
        "$argon2i$v=19$m=8,t=1,p=1$c2l4dGVlbiBieXRlcyA6KQ$ZGRk",
        "$argon2id$v=18$m=8,t=1,p=1$c2l4dGVlbiBieXRlcyA6KQ$ZGRkZGRkZGRkZGRkZGRkZA",
    ],
    ids=["less than 8 KiB a lane", "a salt below 8 bytes", "a digest below 4 bytes", "a version that is none"],
)
def test_what_argon2_does_not_have_is_malformed(handler: type[Argon2], stored: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        handler.verify(b"secret", stored)


@native
@pytest.mark.parametrize(
    ("cost", "version", "size"),
    [
        (Cost(8 + (1 << 32), 1, 1), 0x13, 32),
        (Cost(8, 1 + (1 << 32), 1), 0x13, 32),
        (Cost(8, 1, 1 + (1 << 32)), 0x13, 32),
        (Cost(-8, 1, 1), 0x13, 32),
        (Cost(8, 1, 1), 0x13 + (1 << 32), 32),
        (Cost(8, 1, 1), 0x13, (1 << 32) + 32),
        (Cost(8, 0, 1), 0x13, 32),
        (Cost(8, 1, 0), 0x13, 32),
        (Cost(7, 1, 1), 0x13, 32),
        (Cost(8, 1, 1), 0x13, 0),
    ],
)
@pytest.mark.asvs("v5.0.0-15.2.5")
def test_numbers_are_not_cut(cost: Cost, version: int, size: int) -> None:
    library = Libargon2(LIBRARY)
    with pytest.raises(ValueError, match="parameters"):
        library.digest("id", version, cost, b"sixteen bytes :)", b"secret", size)


def test_a_processor_is_asked_for_avx2() -> None:
    assert fits(frozenset({"sse2", "avx", "avx2"}))
    assert not fits(frozenset({"sse2", "avx"}))
    assert not fits(frozenset())


@pytest.mark.asvs("v5.0.0-15.2.2")
def test_on_a_processor_without_avx2_it_is_not_even_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "lib.so"
    there.write_bytes(b"")
    told = tmp_path / "cpuinfo"
    monkeypatch.setattr(argon2_native, "_PROCESSOR", told)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: pytest.fail("loaded"))
    assert load(there) == "the processor has no AVX2"
    told.write_text("processor : 0\nflags\t\t: fpu sse2 avx\n\nflags : avx2\n")
    assert load(there) == "the processor has no AVX2"
    told.write_text("processor : 0\nflags\t\t: fpu sse2 avx avx2 bmi2\n")
    assert "avx2" in processor_features()


def test_without_its_library_libsodium_computes(tmp_path: Path) -> None:
    assert load(tmp_path / "none.so") == "libargon2 is not built"


@pytest.mark.parametrize("wrong", [b"", b"\x7fELF\x02\x01\x01", b"MZ" * 100])
@pytest.mark.asvs("v5.0.0-11.2.5")
def test_what_is_no_library_is_not_used(tmp_path: Path, wrong: bytes) -> None:
    path = tmp_path / "lib.so"
    path.write_bytes(wrong)
    assert load(path, frozenset({"avx2"})) == "libargon2 cannot be loaded"


@native
def test_another_library_is_not_used() -> None:
    """A real one, without the function."""
    other = next(
        Path(line.split(maxsplit=5)[5].strip())
        for line in Path("/proc/self/maps").read_text().splitlines()
        if ".so" in line and "libargon2" not in line
    )
    assert load(other) == "libargon2 cannot be loaded"


@native
@pytest.mark.parametrize("marker", [b"\x08\xc9\xbc\xf3\x67\xe6\x09\x6a"], ids=["a constant of BLAKE2"])
@pytest.mark.asvs("v5.0.0-11.2.5")
def test_a_library_that_computes_something_else_is_not_used(tmp_path: Path, marker: bytes) -> None:
    content = LIBRARY.read_bytes()
    assert marker in content
    wrong = tmp_path / "lib.so"
    wrong.write_bytes(content.replace(marker, bytes(len(marker))))
    assert load(wrong) == "libargon2 fails its self-check"
    copy = tmp_path / "copy.so"
    copy.write_bytes(content)
    assert isinstance(load(copy), Libargon2)


@native
@pytest.mark.asvs("v5.0.0-15.2.2")
def test_the_interpreter_is_free_while_it_computes() -> None:
    library, begun, ended, ticks = Libargon2(LIBRARY), threading.Event(), threading.Event(), 0

    def compute() -> None:
        begun.set()
        library.digest("id", 0x13, Cost(131_072, 4, 1), b"sixteen bytes :)", b"secret", 32)
        ended.set()

    thread = threading.Thread(target=compute)
    thread.start()
    begun.wait()
    while not ended.is_set():
        ticks += 1
        time.sleep(0.001)
    thread.join()
    assert ticks > 10  # one or two when the lock is held


@native
def test_it_starts_no_threads() -> None:
    """A slot is a core; and where no thread can be started a right password would be a wrong one."""
    library = LIBRARY.read_bytes()
    assert b"malloc" in library
    assert b"pthread" not in library


def on_one_core(*jobs: Callable[[], None]) -> None:
    """Runs each in a thread of its own, all of them on the same core, to their ends. They wait for each other."""
    core = min(os.sched_getaffinity(0))
    with ThreadPoolExecutor(len(jobs), initializer=os.sched_setaffinity, initargs=(0, {core})) as threads:
        for each in [threads.submit(job) for job in jobs]:
            each.result()


@native
def test_who_waits_for_the_core_need_not_wait_for_the_whole_hash() -> None:
    """Two hashes on one core change places 150 times; the scheduler alone has them do it ten times.

    On a core that is busy with other work they wait longer and yield less often, so it is looked at until it was free.
    """
    both, seen = threading.Barrier(2), [0]

    def compute() -> None:
        for _ in range(200):
            both.wait()
            before = resource.getrusage(resource.RUSAGE_THREAD)
            USUAL.hash(b"secret")
            after = resource.getrusage(resource.RUSAGE_THREAD)
            seen.append(after.ru_nvcsw - before.ru_nvcsw + after.ru_nivcsw - before.ru_nivcsw)
            both.wait()
            if max(seen) >= 76:
                break

    on_one_core(compute, compute)
    assert max(seen) >= 76


@native
def test_beside_work_that_never_ends_it_gets_its_share() -> None:
    """Nearly as much of the core as a hash that never yields, both at the priority that hashes have."""
    at_work, done = threading.Barrier(3), threading.Event()
    clocks: list[int] = []

    def never_end() -> None:
        at_work.wait()
        while not done.is_set():
            USUAL_BY_LIBSODIUM.hash(b"secret")

    def never_yield() -> None:
        step_back()
        clocks.append(time.pthread_getcpuclockid(threading.get_ident()))
        never_end()

    def compute() -> None:
        step_back()
        at_work.wait()
        before = time.thread_time(), time.clock_gettime(clocks[0])
        for _ in range(6):
            USUAL.hash(b"secret")
        ours, theirs = time.thread_time() - before[0], time.clock_gettime(clocks[0]) - before[1]
        done.set()
        assert ours > theirs / 3

    on_one_core(never_end, never_yield, compute)


class _Context(ctypes.Structure):
    """`argon2_context` of argon2.h, which only this test uses: the one way to look at memory that is given back."""

    _fields_ = (
        *(("out", ctypes.c_void_p), ("outlen", ctypes.c_uint32)),
        *(("pwd", ctypes.c_void_p), ("pwdlen", ctypes.c_uint32)),
        *(("salt", ctypes.c_void_p), ("saltlen", ctypes.c_uint32)),
        *(("secret", ctypes.c_void_p), ("secretlen", ctypes.c_uint32)),
        *(("ad", ctypes.c_void_p), ("adlen", ctypes.c_uint32)),
        *((name, ctypes.c_uint32) for name in ("t_cost", "m_cost", "lanes", "threads", "version")),
        *(("allocate", ctypes.c_void_p), ("free", ctypes.c_void_p), ("flags", ctypes.c_uint32)),
    )


@native
def test_the_memory_of_a_hash_is_wiped() -> None:
    kib, given_back = 64, []
    memory = ctypes.create_string_buffer(b"x" * 1024 * kib)
    out, secret, salt = (ctypes.create_string_buffer(each) for each in (bytes(32), b"secret", b"sixteen bytes :)"))

    def allocate(place: "ctypes._Pointer[ctypes.c_void_p]", size: int) -> int:
        assert size == 1024 * kib
        place[0] = ctypes.c_void_p(ctypes.addressof(memory))
        return 0

    def free(_: int, size: int) -> None:
        given_back.append(memory.raw[:size])

    take = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_void_p), ctypes.c_size_t)(allocate)
    give = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t)(free)
    at: Callable[[ctypes.Array[ctypes.c_char]], int] = ctypes.addressof
    context = _Context(
        *(at(out), 32, at(secret), 6, at(salt), 16, None, 0, None, 0, 1, kib, 1, 1, 0x13),
        *(ctypes.cast(take, ctypes.c_void_p), ctypes.cast(give, ctypes.c_void_p), 0),
    )
    assert ctypes.CDLL(str(LIBRARY)).argon2_ctx(ctypes.byref(context), 2) == 0
    assert out.raw[:32] == Libargon2(LIBRARY).digest("id", 0x13, Cost(kib, 1, 1), b"sixteen bytes :)", b"secret", 32)
    assert given_back == [bytes(1024 * kib)]
