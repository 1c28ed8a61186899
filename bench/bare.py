"""Bare Argon2id verification: the same library, threads and cores as the product, and nothing around it.

`python -m bench.bare THREADS SECONDS MEMORY_KIB PASSES` prints verifications a second.
"""

import sys
import threading
import time

from argon2.low_level import Type, hash_secret, verify_secret

PASSWORD = b"seven quiet herons at dawn"


def verifications_a_second(threads: int, seconds: float, memory_kib: int, passes: int) -> float:
    """How many verifications `threads` threads finish in a second."""
    stored = hash_secret(PASSWORD, b"sixteen bytes :)", passes, memory_kib, 1, 32, Type.ID)
    counts = [0] * threads
    until = time.perf_counter() + seconds

    def work(index: int) -> None:
        while time.perf_counter() < until:
            verify_secret(stored, PASSWORD, Type.ID)
            counts[index] += 1

    begun = time.perf_counter()
    workers = [threading.Thread(target=work, args=(index,)) for index in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - begun)


if __name__ == "__main__":
    print(verifications_a_second(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
