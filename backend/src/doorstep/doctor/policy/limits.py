"""Settings that may be weaker than their defaults. Pure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from doorstep.doctor.models import Finding, Limit, Voice

# OWASP Password Storage Cheat Sheet: Argon2id with at least one of these (memory in KiB, passes).
_FLOOR = ((47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5))


def limits(title: str, chosen: Sequence[Limit]) -> Iterator[Finding]:
    """A line for each that is weaker than the default, or one that says that none is."""
    voice = Voice(title)
    weaker = [limit for limit in chosen if _is_weaker(limit)]
    if not weaker:
        yield voice.ok("No limit is weaker than its default.")
    for limit in weaker:
        usual = f"the default is {_shown(limit.usual, limit.unit)}"
        if limit.value == 0:
            yield voice.warn(f"{limit.variable} is off: unset it; {usual}.")
        else:
            yield voice.warn(f"{limit.variable}={_shown(limit.value, limit.unit)} is weaker: unset it; {usual}.")


def hashing(memory_kib: int, passes: int, engine: str) -> Finding:
    """Whether a stolen table of hashes is expensive to guess at, and what computes them here."""
    voice = Voice("password hashes")
    cost = f"Argon2id, {memory_kib} KiB, {passes} {'pass' if passes == 1 else 'passes'}"
    if any(memory_kib >= memory and passes >= least for memory, least in _FLOOR):
        return voice.ok(f"{cost}: OWASP's floor or more, computed by {engine}.")
    return voice.fail(
        f"{cost}: below OWASP's floor. "
        "Unset DOORSTEP_PASSWORDS__HASH_MEMORY_KIB and DOORSTEP_PASSWORDS__HASH_TIME_COST."
    )


def in_the_open(*, api_docs: bool, log_level: str) -> Iterator[Finding]:
    """Whether something is on that is meant for development."""
    if api_docs:
        yield Voice("API documentation").warn(
            "Everybody may read the OpenAPI document: unset DOORSTEP_API_DOCS unless that is meant."
        )
    if log_level == "debug":
        yield Voice("log level").warn("Logs of level debug tell much and grow fast: set DOORSTEP_LOG_LEVEL=info.")


def _is_weaker(limit: Limit) -> bool:
    if limit.value == 0:
        return limit.usual != 0
    return limit.value > limit.usual if limit.more_is_weaker else limit.value < limit.usual


def _shown(value: float, unit: str) -> str:
    return str(timedelta(seconds=value)) if unit == "s" else f"{value:g}"
