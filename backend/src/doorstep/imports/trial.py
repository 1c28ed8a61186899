"""One known password tried on its line of a file, before anybody is imported.

Nothing in a bcrypt hash tells that it is of something else than the password. One that is known to be right does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from doorstep.imports.hashes import Hashes
from doorstep.imports.models import Candidate, Reason, Refusal
from doorstep.imports.policy import candidate
from doorstep.imports.source import Source
from doorstep.kit.clock import Clock
from doorstep.kit.foreign.columns import COLUMNS
from doorstep.kit.hash_formats import StoredHash
from doorstep.kit.preparations import NAMES, NAMES_WITH_SECRET
from doorstep.kit.tried_secrets import tried_secrets


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `fits` are the fields, with their values, by which the hash would open to the password.

    `refusal` says why the line would not be imported; `has_password` is False where it has none.
    """

    line: int
    opens: bool = False
    has_password: bool = True
    refusal: Refusal | None = None
    fits: tuple[str, ...] = ()


def trial(source: Source, email_key: str, password: str, hashes: Hashes, clock: Clock) -> Trial | None:
    """Whether the user of this e-mail would log in with this password; None when no line has the e-mail.

    Reads up to that line. Takes up to a second of one core for each way that is tried.
    """
    described = _line(source, email_key, clock)
    if described is None:
        return None
    found = hashes.examined(described)
    if found is None:
        return Trial(described.line, has_password=False)
    if isinstance(found, StoredHash) and _opens(password, found, hashes):
        return Trial(described.line, opens=True)
    refusal = found if isinstance(found, Refusal) else None
    fits = tuple(
        said
        for said, other in _others(described, refusal)
        if isinstance(stored := hashes.examined(other), StoredHash) and _opens(password, stored, hashes)
    )
    return Trial(described.line, refusal=refusal, fits=fits)


def _line(source: Source, email_key: str, clock: Clock) -> Candidate | None:
    for entry in source.records(0, 0):
        if not isinstance(entry.fields, Reason):
            described = candidate(entry.line, entry.fields, clock())
            if isinstance(described, Candidate) and described.email_key == email_key:
                return described
    return None


def _others(given: Candidate, refusal: Refusal | None) -> Iterator[tuple[str, Candidate]]:
    """The same line, said otherwise."""
    if given.password_salt is not None and refusal is not None:
        for scheme in COLUMNS:
            yield f"`password_scheme` {scheme}", replace(given, password_scheme=scheme)
    if given.password_preparation is not None:
        yield "no `password_preparation`", replace(given, password_preparation=None)
    for name in (*NAMES, *NAMES_WITH_SECRET):
        if name != given.password_preparation:
            yield f"`password_preparation` {name}", replace(given, password_preparation=name)


def _opens(password: str, stored: StoredHash, hashes: Hashes) -> bool:
    try:
        return any(hashes.formats.verify(tried.secret, stored) for tried in tried_secrets(password, stored))
    except ValueError:
        return False
