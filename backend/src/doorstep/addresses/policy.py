"""Who of two users has the key of their mailbox, and what a key of the version before becomes. Pure."""

import unicodedata
from collections.abc import Collection
from enum import Enum, auto

from doorstep.addresses.models import Keyed, KeyForm
from doorstep.users.policy import email_key, spelling_key


class Turn(Enum):
    """What becomes of a user who has not the key of the mailbox."""

    TAKE = auto()
    """Nobody has it."""
    REPLACE = auto()
    """Its user is found by the spelling from now on."""
    SHARE = auto()
    """It stays with its user."""
    WAIT = auto()
    """Its user is to get another one first."""


def is_right(user: Keyed) -> bool:
    """Whether the key is that of the mailbox."""
    return user.key == email_key(user.email)


def judge(user: Keyed, holder: Keyed | None) -> Turn:
    """Whoever has the key keeps it, except one who never proved the mailbox to one who did.

    An address that is spelled in ASCII has no other spelling that could find its user, so that one always keeps it.
    """
    if holder is None:
        return Turn.TAKE
    if not is_right(holder):
        return Turn.WAIT
    proven = user.verified_at is not None and holder.verified_at is None
    return Turn.REPLACE if proven and spelling_key(holder.email) != holder.key else Turn.SHARE


def former_key(email: str) -> str:
    """The key of the version before: full case folding, and the domain as it was spelled."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", email.strip()).casefold())


def held_key(key: str, spellings: Collection[str]) -> str:
    """The key of an address that was given up, of which only the key of before is stored."""
    keys = {email_key(each) for each in spellings}
    if key in keys:
        return key
    return next((email_key(each) for each in sorted(spellings) if former_key(each) == key), email_key(key))


def to_settle(user: Keyed) -> bool:
    """Whether something is to be done; who shares a mailbox asks for its key each time."""
    return user.form is KeyForm.SPELLING or not is_right(user)
