"""Bare Argon2id verification: the same threads and cores as the product, and nothing around it.

`python -m bench.bare LIBRARY THREADS SECONDS MEMORY_KIB PASSES` prints verifications a second.
"""

import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from argon2.low_level import Type, hash_secret, verify_secret

from doorstep.kit.argon2 import Argon2
from doorstep.kit.hash_slots import step_back

PASSWORD: Final = b"seven quiet herons at dawn"
LIBRARIES: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "argon2-cffi": lambda stored: verify_secret(stored, PASSWORD, Type.ID),
    "ours": lambda stored: Argon2.verify(PASSWORD, stored.decode()),
}


def verifications_a_second(library: str, threads: int, seconds: float, memory_kib: int, passes: int) -> float:
    """How many verifications `threads` threads finish in a second."""
    verify = LIBRARIES[library]
    stored = hash_secret(PASSWORD, b"sixteen bytes :)", passes, memory_kib, 1, 32, Type.ID)
    counts = [0] * threads
    until = time.perf_counter() + seconds

    def work(index: int) -> None:
        step_back()  # as the product's threads: among other work on the machine both then get the same share
        while time.perf_counter() < until:
            verify(stored)
            counts[index] += 1

    begun = time.perf_counter()
    workers = [threading.Thread(target=work, args=(index,)) for index in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - begun)


if __name__ == "__main__":
    print(verifications_a_second(sys.argv[1], *map(int, sys.argv[2:6])))
