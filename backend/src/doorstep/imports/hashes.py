"""The hash of a line as it is kept: in a notation that log-in reads, and at a cost that log-in bears."""

from dataclasses import dataclass

from doorstep.imports.models import Candidate, Reason, Refusal
from doorstep.kit.firebase_scrypt import FirebaseProject
from doorstep.kit.foreign.columns import joined
from doorstep.kit.foreign.firebase import ProjectUnknownError
from doorstep.kit.foreign.names import seen
from doorstep.kit.foreign.parts import DamagedError, UnreadError
from doorstep.kit.foreign.reading import read
from doorstep.kit.hash_formats import LONGEST_HASH, HashFormats, StoredHash
from doorstep.kit.phpass import Portable
from doorstep.kit.preparations import NAMES_WITH_SECRET, Preparation, named

_REASONS = {
    "damaged": Reason.HASH_DAMAGED,
    "too_costly": Reason.HASH_TOO_COSTLY,
    "secret_unset": Reason.PEPPER_UNSET,
}
_FIREBASE = "firebase"


class _RefusedError(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Hashes:
    """Reads the hashes of an import. `project` is Firebase's, where it is given.

    What is too fast to be kept is wrapped in Argon2id, as slow as a log-in; a rehearsal `wraps` nothing.
    """

    formats: HashFormats
    project: FirebaseProject | None
    wraps: bool

    def kept(self, candidate: Candidate) -> str | Refusal | None:
        """The hash to keep, None for a user without a password, or why it is refused. Nothing is logged."""
        found = self.examined(candidate)
        return found.notation if isinstance(found, StoredHash) else found

    def examined(self, candidate: Candidate) -> StoredHash | Refusal | None:
        """The same, as it is verified."""
        written = candidate.password_hash
        if written is None:
            return None
        try:
            return self._examined(written, self._text(candidate, written))
        except DamagedError:
            return Refusal(Reason.HASH_DAMAGED)
        except ProjectUnknownError:
            return Refusal(Reason.FIREBASE_UNSET)
        except UnreadError as unread:
            return Refusal(Reason.HASH_UNKNOWN, unread.seen)
        except _RefusedError as refused:
            return Refusal(refused.reason)

    def _examined(self, written: str, text: str) -> StoredHash | Refusal:
        found = self.formats.examine(text)
        if found == "unknown":
            return Refusal(Reason.HASH_UNKNOWN, seen(written))
        if not isinstance(found, StoredHash):
            return Refusal(_REASONS[found])
        # PostgreSQL stores no NUL, and the column takes so much and no more: one such line would stop its whole batch.
        kept = found.notation
        storable = kept.isprintable() and len(kept) <= LONGEST_HASH
        return found if storable else Refusal(Reason.HASH_DAMAGED)

    def _text(self, candidate: Candidate, written: str) -> str:
        one = self._one_column(candidate, written)
        found = read(one, self.project)
        preparation = self._preparation(candidate)
        if isinstance(found, Portable):
            if preparation is not None:
                raise _RefusedError(Reason.PREPARATION)
            return f"prepared:phpass/{found.notation}:{self._wrapped(found)}"
        return found if preparation is None else preparation.notation + found

    def _one_column(self, candidate: Candidate, written: str) -> str:
        salt, scheme = candidate.password_salt, candidate.password_scheme
        if salt is None:
            if scheme is not None:
                raise _RefusedError(Reason.SCHEME)
            return written
        if scheme is None and self.project is None:
            raise _RefusedError(Reason.SALT_UNNAMED)
        if scheme is None or scheme.lower() == _FIREBASE:
            if self.project is None:
                raise ProjectUnknownError
            text = self.project.notation(written, salt)
            if text is None:
                raise DamagedError
            return text
        joint = joined(written, salt, scheme)
        if joint is None:
            raise _RefusedError(Reason.SCHEME)
        return joint

    def _preparation(self, candidate: Candidate) -> Preparation | None:
        name = candidate.password_preparation
        if name is None:
            return None
        secrets = self.formats.secrets
        found = named(name, secrets[0] if secrets else None)
        if found is None:
            raise _RefusedError(Reason.PEPPER_UNSET if name in NAMES_WITH_SECRET else Reason.PREPARATION)
        return found

    def _wrapped(self, portable: Portable) -> str:
        if self.wraps:
            return str(self.formats.context.hash(portable.digest))
        return self.formats.decoy(bytes(16), bytes(32))
