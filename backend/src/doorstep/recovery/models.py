"""A forgotten password, before anybody has looked whose it is."""

from dataclasses import dataclass
from uuid import UUID

from doorstep.audit.models import Client


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asked for a new password for this address."""

    id: UUID
    email_key: str
    client: Client
