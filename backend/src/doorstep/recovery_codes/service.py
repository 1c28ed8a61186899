"""Recovery codes: for the day the phone is gone. Ten of 120 random bits, each good once, shown once.

With more than 112 bits nothing can be guessed from a hash, so none needs to be slow (ASVS 6.5.2); it is keyed by the
server and bound to the user all the same.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from doorstep.kit.database import Connection
from doorstep.kit.entropy import new_id, random_bytes
from doorstep.kit.typed_code import letters_and_digits
from doorstep.recovery_codes import policy, queries
from doorstep.recovery_codes.failures import CodesNotPending
from doorstep.recovery_codes.kept_keys import KeptKeys
from doorstep.recovery_codes.models import PendingCodes


def read(typed: str) -> str | None:
    """The code that was typed, however it was pasted; None for what cannot be one."""
    return policy.read(letters_and_digits(typed))


class RecoveryCodes:
    """Makes, uses and counts codes, with a key of the server's (32 bytes).

    Codes that were made with a `former` key or with one that was kept are good, too.
    """

    def __init__(self, key: bytes, former: Sequence[bytes], kept: KeptKeys) -> None:
        self._key = key
        self._former = tuple(former)
        self._kept = kept

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
        code = read(typed)
        if code is None:
            return None
        keys = (self._key, *self._former, *await self._kept.all(tx))
        if not await queries.use(tx, user_id, [_hash(key, user_id, code) for key in keys]):
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
        return [_hash(self._key, user_id, policy.read(code) or "") for code in codes]


def _hash(key: bytes, user_id: UUID, code: str) -> bytes:
    return hmac.digest(key, user_id.bytes + code.encode(), hashlib.sha256)


def _drawn() -> tuple[str, ...]:
    # A byte has eight times as many values as the alphabet has letters: none is likelier than another.
    values = [[byte % 32 for byte in random_bytes(policy.LENGTH)] for _ in range(policy.COUNT)]
    return tuple(policy.text_of(each) for each in values)
