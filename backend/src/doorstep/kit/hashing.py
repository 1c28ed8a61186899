"""Password hashes: made with Argon2id, verified in bounded threads, and as slow for nobody as for somebody.

What is hashed is Unicode NFC (NIST SP 800-63B-4 section 3.1.1.2), so that the same visible text opens the account from
every keyboard; `tried_secrets` says what is tried of a hash that another system made.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import structlog

from doorstep.kit.entropy import random_bytes
from doorstep.kit.hash_formats import LONGEST_SECRET, HashFormats, StoredHash
from doorstep.kit.hash_queue import Place
from doorstep.kit.hash_slots import Busy, Slots, processor_cores
from doorstep.kit.tried_secrets import own_secret, tried_secrets
from doorstep.settings import PasswordSettings

_SALT_BYTES = 16
_DIGEST_BYTES = 32

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether the password matched, and the hash to keep instead when the stored one is not of today's parameters."""

    ok: bool
    replacement: str | None = None


class PasswordHasher:
    """Makes and verifies password hashes in `settings.hash_slots` threads, or the cores shared by `workers` processes.

    `settings.hash_queue` may wait; past it both methods raise Busy at once, before anything is computed.
    """

    def __init__(self, settings: PasswordSettings, workers: int) -> None:
        self._formats = HashFormats(settings)
        self._decoy = self._formats.decoy(random_bytes(_SALT_BYTES), random_bytes(_DIGEST_BYTES))
        self.slots = Slots(
            "hash",
            slots=settings.hash_slots or max(1, processor_cores() // workers),
            queue=settings.hash_queue,
        )

    def place(self, *, ahead: bool = False) -> AbstractContextManager[Place]:
        """A place before the slots while the block runs; `ahead` for somebody known. Raises Busy at once without."""
        return self.slots.place(ahead=ahead)

    async def hash(self, password: str, place: Place | None = None) -> str:
        """A new Argon2id hash. Raises Busy, unless it has a place."""
        return await self.slots.run(lambda: self._make(password), place)

    async def matches(
        self, password: str, stored: str | None, place: Place | None = None, *, renew: bool = True
    ) -> Verified:
        """Whether `stored` was made from `password`. Raises Busy, unless it has a place.

        `stored=None` (nobody has that address) reads and verifies a decoy with today's parameters and is never ok: the
        same time as for a user. So does a hash that cannot be read or costs too much. `renew=False` makes no better
        hash of a right password, which would take as long again: for whoever is refused all the same.

        A hash of another scheme or cost, imported and not yet renewed by its first log-in, takes the time of its own
        scheme: docs/decisions/0011.
        """
        readable = self._formats.read(stored if stored is not None else self._decoy)
        verified = await self.slots.run(lambda: self._verify(password, readable, renew=renew), place)
        return verified if stored is not None else Verified(ok=False)

    def close(self) -> None:
        """Refuse who waits and end the threads, after the hashes under way."""
        self.slots.close()

    def _make(self, password: str) -> str:
        with _busy_without_memory():
            return str(self._formats.context.hash(own_secret(password)))

    def _verify(self, password: str, stored: StoredHash | None, *, renew: bool) -> Verified:
        tries = [] if stored is None else tried_secrets(password, stored)
        if stored is None or not tries:
            return self._verify_decoy(password)
        try:
            with _busy_without_memory():
                # All of them, also behind the right one: somebody who is disabled is not told so by the time.
                right = [tried for tried in tries if self._formats.verify(tried.secret, stored)]
        except ValueError:
            # The message quotes the hash, so it is not logged.
            _log.warning("stored_hash_refused", reason="damaged")
            return self._verify_decoy(password)
        # What was cut off was not verified: a slip there must not become the password.
        whole = any(tried.whole for tried in right)
        if not whole or not renew or not self._formats.needs_update(stored):
            return Verified(bool(right))
        return Verified(ok=True, replacement=self._make(password))

    def _verify_decoy(self, password: str) -> Verified:
        with _busy_without_memory():
            self._formats.context.verify(own_secret(password)[:LONGEST_SECRET], self._decoy)
        return Verified(ok=False)


@contextmanager
def _busy_without_memory() -> Iterator[None]:
    """Somebody else's hash may be done in a moment; a crash, or "wrong password", would be no help."""
    try:
        yield
    except MemoryError:
        raise Busy(retry_after=1) from None
