"""Mails: what they say, and how they lie in the outbox."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import IntEnum, StrEnum
from uuid import UUID


class MailKind(StrEnum):
    """Why a mail is sent. The names are stored and shown to operators."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 -- the name of a kind
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- as above
    PASSWORD_REMOVED = "password_removed"  # noqa: S105 -- as above
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    CONFIRM_NEW_EMAIL = "confirm_new_email"
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGED = "email_changed"
    NEW_DEVICE = "new_device"
    SESSION_REPLAYED = "session_replayed"
    LOGIN_LOCKED = "login_locked"
    TWO_STEP_ON = "two_step_on"
    TWO_STEP_OFF = "two_step_off"
    TWO_STEP_RESET = "two_step_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    WRONG_CODES = "wrong_codes"
    AUTHENTICATOR_UNREADABLE = "authenticator_unreadable"
    WELCOME = "welcome"
    ALREADY_REGISTERED = "already_registered"
    DELETION_ASKED = "deletion_asked"
    ACCOUNT_KEPT = "account_kept"
    DATA_EXPORTED = "data_exported"
    SHIPPING_ADDRESS_CHANGED = "shipping_address_changed"
    SUBSCRIPTION_CANCELLED = "subscription_cancelled"
    SUBSCRIPTION_RESUMED = "subscription_resumed"
    TAKEN_BACK = "taken_back"
    AUTHENTICATOR_REMOVAL = "authenticator_removal"
    TOO_MANY_SESSIONS = "too_many_sessions"
    ACTIVITY_SUMMARY = "activity_summary"
    SET_UP_BEFORE = "set_up_before"


class Stage(StrEnum):
    """The step of a delivery that a mail server answered (RFC 5321 section 3)."""

    GREETING = "greeting"
    HELLO = "hello"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail server's refusal: the step that it answered, its code, and its words, a line for each of its lines."""

    stage: Stage
    code: int
    words: str


class Priority(IntEnum):
    """Which of the mails that are due leave first."""

    AWAITED = 0
    SECURITY = 1
    NEWS = 2


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What one mailbox got: of one kind and of all kinds but those awaited, in the last hour; what waits for it."""

    of_kind: int
    of_kind_today: int
    together: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, before it has a shape: plain sentences, at most one code to type and one link to follow."""

    kind: MailKind
    subject: str
    paragraphs: tuple[str, ...]
    code: str | None = None
    link_label: str | None = None
    link: str | None = None
    closing: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that a worker has taken in hand."""

    id: UUID
    kind: str
    recipient: str
    sealed_letter: bytes
    attempts: int
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail on its way to the carrier. Sender and recipient are the envelope's: the headers are only for reading."""

    id: UUID
    sender: str
    recipient: str
    message: EmailMessage
    link: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """How a mail stands, for operators; never what it says."""

    id: UUID
    kind: str
    recipient: str
    created_at: datetime
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    dead_at: datetime | None
    last_error: str | None
