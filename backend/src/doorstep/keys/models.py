"""Signing keys as stored."""

from dataclasses import dataclass
from datetime import datetime


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
