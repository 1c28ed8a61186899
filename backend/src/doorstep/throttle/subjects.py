"""Subjects: under which name an attempt is counted. Keyed, so that a dump of the table tells nobody's address."""

import hashlib
import hmac
from uuid import UUID

from doorstep.throttle.models import Subjects
from doorstep.throttle.policy import network_of


class SubjectNames:
    """Makes the names with a key of the server's (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, email_key: str, device_id: UUID | None, address: str | None) -> Subjects:
        """What this attempt is counted by."""
        return Subjects(
            email=self.email(email_key),
            device=self.device(email_key, device_id) if device_id else None,
            network=self.network(address),
        )

    def email(self, email_key: str) -> bytes:
        """The e-mail address as typed, known or not."""
        return self._name("email", email_key)

    def device(self, email_key: str, device_id: UUID) -> bytes:
        """One browser trying one address."""
        return self._name("device", f"{device_id}/{email_key}")

    def factor(self, user_id: UUID, device_id: UUID | None) -> bytes:
        """Codes of one user's second factor, typed in one browser that is known, or in any that is not."""
        return self._name("factor", f"{device_id or 'unknown'}/{user_id}")

    def network(self, address: str | None) -> bytes:
        """Where the attempt comes from."""
        return self._name("network", network_of(address))

    def _name(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{kind}:{text}".encode(errors="surrogatepass"), hashlib.sha256)
