"""The promise of the hasher: right is right, wrong is wrong, unknown costs the same, and a flood is refused."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from statistics import median

import pytest

from doorstep.kit.hash_slots import Busy, processor_cores
from doorstep.kit.hashing import PasswordHasher
from doorstep.kit.tried_secrets import normalised
from doorstep.settings import PasswordSettings
from tests.builders import CHEAP_HASHES, GOOD_PASSWORD


@pytest.fixture
async def hasher() -> AsyncIterator[PasswordHasher]:
    made = PasswordHasher(CHEAP_HASHES, workers=1)
    yield made
    made.close()


async def test_a_password_opens_its_own_hash_only(hasher: PasswordHasher) -> None:
    stored = await hasher.hash(GOOD_PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    right = await hasher.matches(GOOD_PASSWORD, stored)
    assert (right.ok, right.replacement) == (True, None)
    assert not (await hasher.matches(GOOD_PASSWORD.upper(), stored)).ok
    assert await hasher.hash(GOOD_PASSWORD) != stored


@pytest.mark.asvs("v5.0.0-11.2.2")
async def test_other_parameters_are_replaced_by_todays(hasher: PasswordHasher) -> None:
    dearer = PasswordHasher(CHEAP_HASHES.model_copy(update={"hash_time_cost": 2}), workers=1)
    found = await dearer.matches(GOOD_PASSWORD, await hasher.hash(GOOD_PASSWORD))
    dearer.close()
    assert found.ok
    assert found.replacement is not None
    assert "t=2" in found.replacement


async def test_the_same_visible_text_is_the_same_password(hasher: PasswordHasher) -> None:
    composed, decomposed = "Zwölf grüne Äpfel", "Zwo\u0308lf gru\u0308ne A\u0308pfel"
    assert normalised(decomposed) == composed
    assert (await hasher.matches(decomposed, await hasher.hash(composed))).ok
    assert (await hasher.matches(composed, await hasher.hash(decomposed))).ok


@pytest.mark.asvs("v5.0.0-6.2.8")
async def test_nothing_is_cut_off(hasher: PasswordHasher) -> None:
    long = "ж" * 1024
    stored = await hasher.hash(long)
    assert (await hasher.matches(long, stored)).ok
    assert not (await hasher.matches(long[:-1], stored)).ok


@pytest.mark.parametrize("password", ["", "\0", "a\0b", "\ud800", "x" * 100_000, "\U0001f511" * 5000])
async def test_no_password_is_a_crash(hasher: PasswordHasher, password: str) -> None:
    assert not (await hasher.matches(password, await hasher.hash(GOOD_PASSWORD))).ok
    assert not (await hasher.matches(password, None)).ok


async def test_nobody_is_never_ok_and_each_process_has_its_own_decoy(hasher: PasswordHasher) -> None:
    found = await hasher.matches(GOOD_PASSWORD, None)
    assert (found.ok, found.replacement) == (False, None)


async def test_the_decoy_is_computed_as_long_as_a_real_hash() -> None:
    settings = PasswordSettings(hash_memory_kib=4096, hash_time_cost=2, hash_slots=1)
    hasher = PasswordHasher(settings, workers=1)
    real = await hasher.hash(GOOD_PASSWORD)
    damaged = "$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ$ZGRkZGRkZGRkZGRkZGRkZA"
    seconds: dict[str | None, list[float]] = {real: [], None: [], damaged: []}
    for _ in range(15):
        for stored, took in seconds.items():
            # Processor time of the process, not of the wall: neighbours on the machine do not count.
            begun = time.process_time()
            await hasher.matches("wrong " + GOOD_PASSWORD, stored)
            took.append(time.process_time() - begun)
    hasher.close()
    for decoy in (None, damaged):
        assert median(seconds[decoy]) == pytest.approx(median(seconds[real]), rel=0.5)


@pytest.mark.asvs("v5.0.0-15.2.2")
async def test_past_slots_and_queue_it_is_busy() -> None:
    settings = PasswordSettings(hash_memory_kib=4096, hash_time_cost=4, hash_slots=1, hash_queue=2)
    hasher = PasswordHasher(settings, workers=1)
    calls = [hasher.matches(GOOD_PASSWORD, None) for _ in range(8)]
    results = await asyncio.gather(*calls, hasher.hash(GOOD_PASSWORD), return_exceptions=True)
    hasher.close()
    assert sum(isinstance(result, Busy) for result in results) == 6


@pytest.mark.asvs("v5.0.0-15.2.2")
def test_workers_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, workers, each in ((processor_cores(), 1, processor_cores()), (8, 2, 4), (8, 3, 2), (8, 8, 1), (8, 9, 1)):
        monkeypatch.setattr("doorstep.kit.hashing.processor_cores", lambda cores=cores: cores)
        hasher = PasswordHasher(PasswordSettings(), workers)
        assert hasher.slots.slots == each
        hasher.close()


OUT_OF_MEMORY = """
import asyncio, resource
from doorstep.kit.hashing import PasswordHasher
from doorstep.kit.hash_slots import Busy
from doorstep.settings import PasswordSettings

async def main():
    hasher = PasswordHasher(PasswordSettings(hash_memory_kib=2_097_152, hash_slots=1), workers=1)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    for attempt in (hasher.hash("x"), hasher.matches("x", None)):
        try:
            await attempt
        except Busy as busy:
            print(busy.code, busy.__suppress_context__)
    hasher.close()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep a limit on address space")
def test_without_memory_it_is_busy_and_not_a_wrong_password() -> None:
    done = subprocess.run([sys.executable, "-c", OUT_OF_MEMORY], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["busy True", "busy True", ""]
