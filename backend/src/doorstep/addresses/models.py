"""Users by their keys, as far as keys can be another than that of the mailbox."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID


class KeyForm(IntEnum):
    """What a user is found by."""

    OF_BEFORE = 1
    """A key of the version before, which is the same for addresses in ASCII."""
    MAILBOX = 2
    SPELLING = 3
    """The spelling of the address: another user has the mailbox's key."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A user with the key that is stored."""

    id: UUID
    email: str
    key: str
    form: KeyForm
    verified_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """An address that was given up, and the spellings in which its user had one: those of links that undo that."""

    key: str
    user_id: UUID
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Two users of one mailbox: `found_by_key` whatever is typed, `found_by_spelling` as the address was spelled."""

    found_by_key: Keyed
    found_by_spelling: Keyed
