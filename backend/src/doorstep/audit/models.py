"""What the audit trail is made of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

LONGEST_USER_AGENT = 512


@dataclass(frozen=True, slots=True)
class Client:
    """The caller of a request: network address, user agent and request id; each None where there is none."""

    address: str | None = None
    user_agent: str | None = None
    request_id: str | None = None


COMMAND_LINE = "doorstep command line"
OPERATOR = Client(user_agent=COMMAND_LINE)
"""Who acts when a command is run on the machine itself, where nothing tells which of them."""


def operator_called(name: str) -> Client:
    """The operator whom the system knows by that name. Only the trail of operators shows it."""
    return Client(user_agent=f"{COMMAND_LINE}, {name}")


def is_operator(client: Client) -> bool:
    """Whether a command acted. No caller can pass for one by a user agent: requests have an id, commands have none."""
    told = client.user_agent or ""
    return client.request_id is None and client.address is None and told.startswith(COMMAND_LINE)


class Outcome(StrEnum):
    """How it ended."""

    SUCCESS = "success"
    REFUSED = "refused"
    ALARM = "alarm"


class EventKind(StrEnum):
    """What happened. The names are public: they are stored, filtered by and shown."""

    SIGNED_UP = "signed_up"
    SIGNUP_REFUSED = "signup_refused"
    USER_CREATED = "user_created"
    USER_IMPORTED = "user_imported"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    LOGIN = "login"
    LOGIN_LOCKED = "login_locked"
    LOGIN_UNLOCKED = "login_unlocked"
    STEP_UP = "step_up"
    EMAIL_VERIFIED = "email_verified"
    RESET_ASKED = "reset_asked"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- the name of an event
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- as above
    PASSWORD_REMOVED = "password_removed"  # noqa: S105 -- as above
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_RENAMED = "passkey_renamed"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGE_WITHDRAWN = "email_change_withdrawn"
    EMAIL_CHANGED = "email_changed"
    EMAIL_CHANGE_UNDONE = "email_change_undone"
    NAME_CHANGED = "name_changed"
    SHIPPING_ADDRESS_CHANGED = "shipping_address_changed"
    NOT_ME = "not_me"
    DELETION_ASKED = "deletion_asked"
    ACCOUNT_KEPT = "account_kept"
    USER_ERASED = "user_erased"
    DATA_EXPORTED = "data_exported"
    SECOND_FACTOR_ASKED = "second_factor_asked"
    SECOND_FACTOR = "second_factor"
    TWO_STEP_ON = "two_step_on"
    TWO_STEP_OFF = "two_step_off"
    TWO_STEP_RESET = "two_step_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODES_KEPT = "recovery_codes_kept"
    RECOVERY_CODE_USED = "recovery_code_used"
    BROWSERS_DISTRUSTED = "browsers_distrusted"
    TWO_STEP_BEGUN = "two_step_begun"
    FACTOR_LOCKED = "factor_locked"
    AUTHENTICATOR_UNREADABLE = "authenticator_unreadable"
    AUTHENTICATOR_REMOVAL_SCHEDULED = "authenticator_removal_scheduled"
    AUTHENTICATOR_REMOVAL_STOPPED = "authenticator_removal_stopped"
    AUTHENTICATOR_REMOVED = "authenticator_removed"
    EVICTED = "evicted"
    SESSION_DISPLACED = "session_displaced"
    DEVICE_DISPLACED = "device_displaced"
    LOGGED_OUT = "logged_out"
    REFRESH_REPLAYED = "refresh_replayed"
    SESSION_REVOKED = "session_revoked"
    OTHER_SESSIONS_REVOKED = "other_sessions_revoked"
    SESSIONS_ENDED = "sessions_ended"
    SUBSCRIPTION_GRANTED = "subscription_granted"
    SUBSCRIPTION_CANCELLED = "subscription_cancelled"
    SUBSCRIPTION_RESUMED = "subscription_resumed"
    SIGNING_KEY_MADE = "signing_key_made"
    SIGNING_KEY_PROMOTED = "signing_key_promoted"
    SIGNING_KEY_WITHDRAWN = "signing_key_withdrawn"
    SECRET_ROTATED = "secret_rotated"  # noqa: S105 -- the name of an event


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the trail."""

    id: UUID
    occurred_at: datetime
    kind: str
    outcome: Outcome
    user_id: UUID | None
    session_id: UUID | None
    client: Client
    detail: dict[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Written:
    """An event, and when it was written by the database's clock; None for one from before that was noted."""

    event: Event
    at: datetime | None
