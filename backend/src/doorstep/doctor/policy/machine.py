"""This machine: files, disk, memory, processors, versions. Pure."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from doorstep.doctor.models import Finding, PathFacts, Voice

_OTHERS = 0o077
_LEAST_BITS = 128
_GIB = 1 << 30
_LITTLE, _LEAST = 2 * _GIB, _GIB // 4
# https://devguide.python.org/versions: the last month with security fixes.
_PYTHON_ENDS = {(3, 11): date(2027, 10, 31), (3, 12): date(2028, 10, 31), (3, 13): date(2029, 10, 31)}


def secret(given: str | None, where: str) -> Finding:
    """Whether the master secret could be guessed. It is counted here and never told."""
    voice = Voice("secret")
    if given is None:
        return voice.fail(f"{where} is not there: `doorstep serve` makes it, or put it back from your backup.")
    if guessable_bits(given) < _LEAST_BITS:
        return voice.fail(
            f"{where} can be guessed: set DOORSTEP_SECRET to what `openssl rand -base64 48` prints. "
            "Everybody has to log in again."
        )
    return voice.ok(f"{where} is long and varied.")


def guessable_bits(text: str) -> float:
    """How many bits the text could hold at most, by how often each letter stands in it."""
    counts = Counter(text)
    return -sum(count * math.log2(count / len(text)) for count in counts.values())


def closed_paths(paths: Sequence[PathFacts]) -> Iterator[Finding]:
    """Whether only their owner can read the files that hold secrets."""
    voice = Voice("file modes")
    there = [facts for facts in paths if facts.mode is not None]
    open_ones = [facts for facts in there if facts.mode is not None and facts.mode & _OTHERS]
    for facts in open_ones:
        right = "700" if facts.directory else "600"
        yield voice.fail(f"Others on this machine may read {facts.path}: run `chmod {right} {facts.path}`.")
    for facts in there:
        if not facts.ours:
            yield voice.warn(f"{facts.path} belongs to another user than this one: run Doorstep as one user always.")
    if there and not open_ones:
        yield voice.ok(f"Only their owner may read {', '.join(facts.path.name for facts in there)}.")


def free_disk(free: int, where: str) -> Finding:
    """Whether the database has room to grow; a full disk stops every log-in."""
    voice = Voice("disk")
    told = f"{free / _GIB:.1f} GiB are free for {where}"
    if free < _LEAST:
        return voice.fail(f"Only {told}: make room, or move it with DOORSTEP_DATA_DIR.")
    if free < _LITTLE:
        return voice.warn(f"Only {told}: make room soon.")
    return voice.ok(f"{told}.")


def capacity(workers: int, slots: int, memory_kib: int, cores: int, memory: int) -> Iterator[Finding]:
    """Whether this machine can hash as much at once as the settings allow. `memory` in bytes."""
    voice = Voice("capacity")
    together = workers * slots * memory_kib * 1024
    told = f"{workers} x {slots} hashes at once take {together / (1 << 20):.0f} MB"
    mend = "lower DOORSTEP_WORKERS or DOORSTEP_PASSWORDS__HASH_SLOTS"
    if together > memory / 2:
        yield voice.fail(f"{told}, more than half of this machine's memory: {mend}.")
    elif workers * slots > cores:
        yield voice.warn(f"{told}, on {cores} cores: a flood of log-ins slows everybody; {mend}.")
    elif workers > cores:
        yield voice.warn(f"{workers} workers share {cores} cores: lower DOORSTEP_WORKERS.")
    else:
        yield voice.ok(f"{told}, on {cores} cores.")


def python(version: tuple[int, int], today: date) -> Finding:
    """Whether this Python still gets security fixes."""
    voice = Voice("Python")
    name = f"Python {version[0]}.{version[1]}"
    end = _PYTHON_ENDS.get(version)
    if end is not None and today > end:
        return voice.warn(f"{name} got its last security fix in {end:%B %Y}: run Doorstep on a newer one.")
    return voice.ok(f"{name}.")


def packages(installed: Mapping[str, str | None], least: Mapping[str, str], own: str) -> Iterator[Finding]:
    """Whether the libraries are those that this Doorstep was tried with, or newer."""
    voice = Voice("packages")
    wrong = [
        f"{name} {installed.get(name) or 'is missing'}"
        for name, bound in least.items()
        if _numbers(installed.get(name) or "") < _numbers(bound)
    ]
    if wrong:
        yield voice.fail(f"Older than this Doorstep needs: {', '.join(wrong)}. Install Doorstep again.")
    else:
        yield voice.ok(f"Doorstep {own} with {len(least)} packages, each as new as it needs.")


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version; enough to compare releases."""
    found: list[int] = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        found.append(int(part))
    return tuple(found)
