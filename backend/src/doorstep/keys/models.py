"""Signing keys as stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A row of `signing_keys`. It signs from `activates_at` to `retires_at` and verifies somewhat longer."""

    kid: str
    sealed_private: bytes
    public_jwk: dict[str, str]
    created_at: datetime
    activates_at: datetime
    retires_at: datetime
    withdrawn_at: datetime | None


class KeyState(StrEnum):
    """What a key is for now."""

    WAITS = "waits"
    """Published, and not signing yet."""
    SIGNS = "signs"
    VERIFIES = "verifies"
    """Signs no more; its last tokens are still believed."""
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Listed:
    """A key as operators see it. `believed_until` is when its last token ends; both ends are where it was withdrawn."""

    key: SigningKey
    state: KeyState
    signs_until: datetime
    believed_until: datetime


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What came of withdrawing: whether the key was not withdrawn before, and the key that signs now."""

    changed: bool
    signer: SigningKey
