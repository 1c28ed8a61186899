"""The hash of a line as it is kept: in a notation that log-in reads, and at a cost that log-in bears."""

from doorstep.imports.models import Candidate, Reason
from doorstep.kit.firebase_scrypt import FirebaseProject
from doorstep.kit.foreign_hashes import rewritten
from doorstep.kit.hash_formats import LONGEST_HASH, HashFormats, StoredHash

_REASONS = {
    "unknown": Reason.HASH_UNKNOWN,
    "damaged": Reason.HASH_DAMAGED,
    "too_costly": Reason.HASH_TOO_COSTLY,
}


def kept_hash(candidate: Candidate, formats: HashFormats, project: FirebaseProject | None) -> str | Reason | None:
    """The hash to keep, None for a user without a password, or why it is refused. Nothing is computed or logged."""
    written = candidate.password_hash
    if written is None:
        return None
    if candidate.password_salt is None:
        text: str | None = rewritten(written)
    elif project is None:
        return Reason.FIREBASE_UNSET
    else:
        text = project.notation(written, candidate.password_salt)
    if text is None:
        return Reason.HASH_DAMAGED
    found = formats.examine(text)
    if not isinstance(found, StoredHash):
        return _REASONS[found]
    # PostgreSQL stores no NUL, and the column takes so much and no more: one such line would stop its whole batch.
    storable = found.notation.isprintable() and len(found.notation) <= LONGEST_HASH
    return found.notation if storable else Reason.HASH_DAMAGED
