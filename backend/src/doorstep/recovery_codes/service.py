"""Recovery codes: for the day the phone is gone. Ten of 120 random bits, each good once, shown once.

With more than 112 bits nothing can be guessed from a hash, so none needs to be slow (ASVS 6.5.2); it is keyed by the
server and bound to the user all the same.
"""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from doorstep.kit.database import Connection
from doorstep.kit.entropy import new_id, random_bytes
from doorstep.recovery_codes import policy, queries
from doorstep.recovery_codes.failures import CodesNotPending
from doorstep.recovery_codes.models import PendingCodes


class RecoveryCodes:
    """Makes, uses and counts codes, with a key of the server's (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    async def renew(self, tx: Connection, user_id: UUID, session_id: UUID, now: datetime) -> tuple[str, ...]:
        """Ten new codes, asked for in that session, in the caller's transaction; those before are good for nothing."""
        made = _drawn()
        await self.drop(tx, user_id)
        await queries.insert(tx, user_id, self._hashes(user_id, made), session_id, now)
        return made

    async def prepare(self, tx: Connection, user_id: UUID, session_id: UUID, now: datetime) -> PendingCodes:
        """Ten new codes that are good for nothing before that session keeps them; those before stay good."""
        made = PendingCodes(new_id(now), _drawn())
        await queries.prepare(tx, user_id, made.set_id, self._hashes(user_id, made.codes), session_id, now)
        return made

    async def keep(self, tx: Connection, user_id: UUID, set_id: UUID, session_id: UUID, now: datetime) -> bool:
        """The codes of that set are good from now on, and those before for nothing. False when that was done already.

        Raises CodesNotPending: for another session, for a set that is not the newest, and after `PENDING_LIFE`.
        """
        pending = await queries.lock_pending(tx, user_id, set_id, session_id, now - policy.PENDING_LIFE)
        if pending is None:
            raise CodesNotPending
        hashes, was_kept = pending
        if not was_kept:
            await queries.drop(tx, user_id)
            await queries.insert(tx, user_id, hashes, session_id, now)
            await queries.mark_kept(tx, user_id, now)
        return not was_kept

    async def use(self, tx: Connection, user_id: UUID, typed: str) -> int | None:
        """Use a code up: how many are left; None when it is not one of this user's."""
        code = policy.read(typed)
        if code is None or not await queries.use(tx, user_id, self._hash(user_id, code)):
            return None
        return await queries.count(tx, user_id)

    async def left(self, connection: Connection, user_id: UUID) -> int:
        """How many were not used."""
        return await queries.count(connection, user_id)

    async def drop(self, tx: Connection, user_id: UUID) -> None:
        """Forget all codes of this user, those that wait to be kept as well."""
        await queries.drop(tx, user_id)
        await queries.drop_pending(tx, user_id)

    def _hashes(self, user_id: UUID, codes: tuple[str, ...]) -> list[bytes]:
        return [self._hash(user_id, policy.read(code) or "") for code in codes]

    def _hash(self, user_id: UUID, code: str) -> bytes:
        return hmac.digest(self._key, user_id.bytes + code.encode(), hashlib.sha256)


def _drawn() -> tuple[str, ...]:
    # A byte has eight times as many values as the alphabet has letters: none is likelier than another.
    values = [[byte % 32 for byte in random_bytes(policy.LENGTH)] for _ in range(policy.COUNT)]
    return tuple(policy.text_of(each) for each in values)
