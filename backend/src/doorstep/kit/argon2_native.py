"""libargon2, the reference implementation of Argon2, compiled for AVX2: where its library is, loads and is right.

`scripts/build_argon2.py` makes the library, and docs/decisions/0021 says why. One function of its C interface is used,
which takes numbers and bytes only. It gives the interpreter free while it computes, starts no threads, and wipes its
memory.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13

Kind = Literal["d", "i", "id"]

LIBRARY: Final = Path(__file__).with_name("native") / "libargon2-avx2.so"
_PROCESSOR: Final = Path("/proc/cpuinfo")
_KINDS: Final[dict[str, int]] = {"d": 0, "i": 1, "id": 2}
_NO_MEMORY: Final = -22  # ARGON2_MEMORY_ALLOCATION_ERROR
_MOST: Final = 0xFFFFFFFF  # what its numbers hold; ctypes would cut a larger one without a word
_VERSION: Final = 0x13
# From the tests of libargon2: Argon2id 1.3, 2 passes over 256 KiB.
_KNOWN: Final = bytes.fromhex("9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a hash asks for: memory in KiB, passes over it, lanes."""

    memory_kib: int
    passes: int
    lanes: int


class Libargon2:
    """The library at `path`. Raises OSError when it cannot be loaded, AttributeError when it is another one."""

    def __init__(self, path: Path) -> None:
        number, size, text = ctypes.c_uint32, ctypes.c_size_t, ctypes.c_char_p
        # CDLL, and not PyDLL: it lets go of the interpreter lock.
        function = ctypes.CDLL(str(path)).argon2_hash
        function.restype = ctypes.c_int
        function.argtypes = [
            *(number, number, number),  # passes, memory, lanes
            *(text, size, text, size),  # secret, salt
            *(ctypes.c_void_p, size),  # digest
            *(text, size),  # the encoded hash, which we write ourselves
            *(ctypes.c_int, number),  # kind, version
        ]
        self._function: Callable[..., int] = function

    def digest(self, kind: Kind, version: int, cost: Cost, salt: bytes, secret: bytes, size: int) -> bytes:
        """The digest of `size` bytes. Raises MemoryError without memory, and ValueError for what Argon2 does not have.

        It takes at most 2^32 - 1 of everything, like Argon2.
        """
        numbers = (cost.passes, cost.memory_kib, cost.lanes)
        if not all(0 <= each <= _MOST for each in (*numbers, version, size)):
            raise ValueError("libargon2 has no such parameters")
        made = ctypes.create_string_buffer(size)
        code = self._function(
            *numbers, secret, len(secret), salt, len(salt), made, size, None, 0, _KINDS[kind], version
        )
        if code == _NO_MEMORY:
            raise MemoryError
        if code:
            raise ValueError(f"libargon2 refuses the parameters ({code})")
        return made.raw


def load(path: Path = LIBRARY, features: frozenset[str] | None = None) -> Libargon2 | str:
    """The library, or why it is not used, as half a sentence.

    It is believed only after it computed a known answer, and the same as libsodium: below a millisecond together.
    """
    if not path.is_file():
        return "libargon2 is not built"
    if not fits(processor_features() if features is None else features):
        return "the processor has no AVX2"
    try:
        library = Libargon2(path)
        right = _is_right(library)
    except (OSError, AttributeError, ValueError, MemoryError):
        return "libargon2 cannot be loaded"
    return library if right else "libargon2 fails its self-check"


def fits(features: frozenset[str]) -> bool:
    """Whether a processor with these features, in Linux's words, runs what the library is compiled to."""
    return "avx2" in features


def processor_features() -> frozenset[str]:
    """What Linux says about the processor, and lets programs use; nothing elsewhere."""
    try:
        with _PROCESSOR.open(encoding="utf-8", errors="replace") as told:
            line = next((line for line in told if line.startswith("flags")), "")
    except OSError:
        return frozenset()
    return frozenset(line.partition(":")[2].split())


def _is_right(library: Libargon2) -> bool:
    if library.digest("id", _VERSION, Cost(256, 2, 1), b"somesalt", b"password", len(_KNOWN)) != _KNOWN:
        return False
    secret, salt, cost = "p\0ßword".encode(), bytes(range(16)), Cost(72, 2, 1)
    other = crypto_pwhash_alg(64, secret, salt, cost.passes, cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13)
    return bool(library.digest("id", _VERSION, cost, salt, secret, 64) == other)
