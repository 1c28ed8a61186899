"""What the text of a line comes to: pure, from its fields and `now`. The password hash is looked at elsewhere."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

from doorstep.imports.models import FIELDS, Candidate, Reason
from doorstep.users.models import UserStatus
from doorstep.users.policy import email_key, normalise_email

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_MOMENT = 40
# PostgreSQL writes `t` and `f` into CSV.
_TRUTHS = {"true": True, "t": True, "false": False, "f": False, "": False}
_KNOWN = frozenset(FIELDS)
# Django's `!` with 40 random characters behind it, or alone before 1.6; `!!` and `!*` of shadow(5).
_NO_PASSWORD = re.compile(r"!(?:[A-Za-z0-9]{40}|[!*])?")

Fields: TypeAlias = Mapping[str, object]


class _RefusedError(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason


def candidate(line: int, fields: Fields, now: datetime) -> Candidate | Reason:
    """The user that the line describes, or why it describes none. An empty field is as good as none."""
    if not _KNOWN.issuperset(fields):
        return Reason.FIELDS_UNKNOWN
    try:
        email = normalise_email(_text(fields, "email"))
        if email is None:
            return Reason.EMAIL
        return Candidate(
            line=line,
            email=email,
            email_key=email_key(email),
            password_hash=_hash(_text(fields, "password_hash")),
            password_salt=_text(fields, "password_salt") or None,
            password_scheme=_text(fields, "password_scheme") or None,
            password_preparation=_text(fields, "password_preparation") or None,
            email_verified=_truth(fields.get("email_verified")),
            created_at=_moment(_text(fields, "created_at"), now),
            status=_status(_text(fields, "status")),
            id=_uuid(_text(fields, "id")),
        )
    except _RefusedError as refused:
        return refused.reason


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _RefusedError(Reason.VALUE_KIND)
    return value.strip()


def _hash(text: str) -> str | None:
    """None where the system says that no password is right, and in no other case: a live one may begin with `!`."""
    return None if not text or _NO_PASSWORD.fullmatch(text) else text


def _truth(value: object) -> bool:
    if isinstance(value, bool) or value is None:
        return bool(value)
    if not isinstance(value, str):
        raise _RefusedError(Reason.VALUE_KIND)
    found = _TRUTHS.get(value.strip().lower())
    if found is None:
        raise _RefusedError(Reason.EMAIL_VERIFIED)
    return found


def _status(text: str) -> UserStatus:
    if not text:
        return UserStatus.ACTIVE
    try:
        return UserStatus(text.lower())
    except ValueError:
        raise _RefusedError(Reason.STATUS) from None


def _moment(text: str, now: datetime) -> datetime | None:
    """The moment, in UTC where it names no zone."""
    if not text:
        return None
    if len(text) > _LONGEST_MOMENT:
        raise _RefusedError(Reason.CREATED_AT)
    try:
        read = datetime.fromisoformat(text)
        moment = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _RefusedError(Reason.CREATED_AT) from None
    if not _EARLIEST <= moment <= now:
        raise _RefusedError(Reason.CREATED_AT)
    return moment


def _uuid(text: str) -> UUID | None:
    """The UUID, in the usual notation and no other."""
    if not text:
        return None
    try:
        found = UUID(text)
    except ValueError:
        raise _RefusedError(Reason.ID) from None
    if str(found) != text.lower():
        raise _RefusedError(Reason.ID)
    return found
