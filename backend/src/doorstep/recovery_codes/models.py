"""Recovery codes as they are handed out, once."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PendingCodes:
    """New codes that are good for nothing before their set is kept."""

    set_id: UUID
    codes: tuple[str, ...]
