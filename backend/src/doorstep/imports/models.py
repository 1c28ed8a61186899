"""What an import reads, refuses and tells."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from doorstep.kit.foreign.columns import SYSTEMS
from doorstep.kit.preparations import NAMES, NAMES_WITH_SECRET
from doorstep.users.models import UserStatus

FIELDS = (
    *("email", "password_hash", "password_salt", "password_scheme", "password_preparation"),
    *("email_verified", "created_at", "status", "id"),
)
"""The fields of a line; `email` alone is needed."""


class Reason(StrEnum):
    """Why a line was not imported. The names are public: scripts read them."""

    TOO_LONG = "too_long"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_CSV = "not_csv"
    FIELDS_UNKNOWN = "fields_unknown"
    VALUE_KIND = "value_kind"
    EMAIL = "email"
    EMAIL_VERIFIED = "email_verified"
    CREATED_AT = "created_at"
    STATUS = "status"
    ID = "id"
    HASH_UNKNOWN = "hash_unknown"
    HASH_DAMAGED = "hash_damaged"
    HASH_TOO_COSTLY = "hash_too_costly"
    FIREBASE_UNSET = "firebase_unset"
    SALT_UNNAMED = "salt_unnamed"
    SCHEME = "password_scheme"
    PREPARATION = "password_preparation"
    PEPPER_UNSET = "secret_unset"
    TWICE_IN_FILE = "twice_in_file"
    EMAIL_TAKEN = "email_taken"
    ID_TAKEN = "id_taken"


# Never a value of the line: it may be a hash in the wrong place.
SENTENCES = {
    Reason.TOO_LONG: "The line is longer than 16384 bytes.",
    Reason.NOT_UTF8: "The line is not UTF-8.",
    Reason.NOT_JSON: "The line is not one JSON object in which each field is given once.",
    Reason.NOT_CSV: "The line has not as many cells as the first one, or a quotation mark is not closed.",
    Reason.FIELDS_UNKNOWN: "The line has a field that is not one of " + ", ".join(FIELDS) + ".",
    Reason.VALUE_KIND: "A field is not text; `email_verified` may be true or false.",
    Reason.EMAIL: "`email` is missing or is no e-mail address that could sign up.",
    Reason.EMAIL_VERIFIED: "`email_verified` is neither true nor false.",
    Reason.CREATED_AT: "`created_at` is no moment between 1970 and now, such as 2024-05-17T08:30:00Z.",
    Reason.STATUS: "`status` is neither active nor disabled.",
    Reason.ID: "`id` is no UUID such as 0190a6b2-7c1e-7d43-9f5a-2b8c4d6e8f01.",
    Reason.HASH_UNKNOWN: "The password hash is in no format that we read.",
    Reason.HASH_DAMAGED: "The password hash is damaged: part of it is missing or misspelt.",
    Reason.HASH_TOO_COSTLY: "The password hash asks for more work than a log-in may cost.",
    Reason.FIREBASE_UNSET: "The password hash is Firebase's, and --firebase-config was not given.",
    Reason.SALT_UNNAMED: "The line has a `password_salt` and no `password_scheme`, which names the system of both: "
    + ", ".join(SYSTEMS)
    + ". For Firebase's, --firebase-config is enough.",
    Reason.SCHEME: "`password_scheme` stands beside a `password_salt`, and is one of "
    + ", ".join(SYSTEMS)
    + ", or a computation such as pbkdf2-sha256$i=25000.",
    Reason.PREPARATION: "`password_preparation` goes with a hash of bcrypt, Argon2, scrypt or PBKDF2, and is one of "
    + ", ".join((*NAMES, *NAMES_WITH_SECRET))
    + ".",
    Reason.PEPPER_UNSET: "The preparation of the password needs the other system's secret: "
    "set DOORSTEP_PASSWORDS__IMPORTED_SECRETS.",
    Reason.TWICE_IN_FILE: "An earlier line of this file has the same e-mail or id.",
    Reason.EMAIL_TAKEN: "There is a user with this e-mail already.",
    Reason.ID_TAKEN: "There is a user with this id already, or was one: what happened to them is still in the trail.",
}
DUPLICATES = frozenset({Reason.TWICE_IN_FILE, Reason.EMAIL_TAKEN, Reason.ID_TAKEN})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line makes no user. `seen` completes «The password hash is …», where it is known what it is."""

    reason: Reason
    seen: str | None = None

    @property
    def sentence(self) -> str:
        """For the operator; nothing of the line is in it."""
        return SENTENCES[self.reason] if self.seen is None else f"The password hash is {self.seen}."


@dataclass(frozen=True, slots=True)
class NotImported:
    """A line that makes no user, and why. `first_line` is where the same user stands earlier in this file."""

    line: int
    reason: Reason
    first_line: int | None = None
    seen: str | None = None

    @property
    def refusal(self) -> Refusal:
        """Why, without the line."""
        return Refusal(self.reason, self.seen)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a line says once its text is understood; the hash is still as the other system wrote it."""

    line: int
    email: str
    email_key: str
    password_hash: str | None
    password_salt: str | None
    password_scheme: str | None
    password_preparation: str | None
    email_verified: bool
    created_at: datetime | None
    status: UserStatus
    id: UUID | None


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to add. `password_hash` is None for whoever has no password yet."""

    line: int
    id: UUID
    email: str
    email_key: str
    password_hash: str | None
    email_verified_at: datetime | None
    created_at: datetime
    status: UserStatus


@dataclass(slots=True)
class Progress:
    """How far an import has come: `offset` bytes and `lines` lines of the file are done.

    `without_password` are those of `added` who have none. `import_id` names the import in the trail. `not_imported`
    counts by reason, and only what this process has seen.
    """

    import_id: UUID
    offset: int = 0
    lines: int = 0
    added: int = 0
    duplicates: int = 0
    refused: int = 0
    without_password: int = 0
    size: int = 0
    finished: bool = False
    not_imported: Counter[Refusal] = field(default_factory=Counter)
