"""Addresses: one mailbox, one account. Renews what the version before had compared otherwise, and tells of clashes.

Before, the two spellings of an international domain were two domains, and ß was ss. Users are found by a key, and so
are held addresses, counters and mails: each gets the key of today. Two users who turn out to have one mailbox both get
in as they did: one by the mailbox's key, the other by the spelling of the address.
"""

from collections.abc import Sequence
from uuid import UUID

from doorstep.addresses import policy, queries
from doorstep.addresses.models import Clash, Keyed, KeyForm
from doorstep.addresses.policy import Turn
from doorstep.devices import service as devices
from doorstep.kit.database import UNIQUE_VIOLATION, Connection, Database
from doorstep.throttle.subjects import SubjectNames
from doorstep.users.policy import email_key, spelling_key

_BATCH = 500
MOST_CLASHES = 1000
"""So many are listed."""


class Addresses:
    """Settles keys. `names` are those under which attempts are counted."""

    def __init__(self, database: Database, names: SubjectNames) -> None:
        self._database = database
        self._names = names

    async def settle(self) -> int:
        """Give everybody the key of their mailbox; how many users have another key now. Raises DatabaseUnavailable.

        Each user is a transaction, so it can be interrupted and run again, and several may run it. Who shares a mailbox
        gets its key once the other user is gone.
        """
        changed = 0
        while settled := await self._settle_some():
            changed += settled
        async with self._database.connection() as connection:
            for found in await queries.held(connection):
                key = policy.held_key(found.key, found.spellings)
                if key != found.key:
                    await queries.set_held_key(connection, found, key)
        return changed

    async def clashes(self) -> tuple[Clash, ...]:
        """Users who share a mailbox with another user; at most MOST_CLASHES."""
        async with self._database.connection() as connection:
            found = []
            for user in await queries.sharing(connection, MOST_CLASHES):
                holder = await queries.holder(connection, email_key(user.email))
                if holder is not None:
                    found.append(Clash(holder, user))
            return tuple(found)

    async def _settle_some(self) -> int:
        """Go once through those who may have another key than that of the mailbox; how many changed."""
        changed, after = 0, UUID(int=0)
        while batch := await self._batch(after):
            for user in batch:
                if policy.to_settle(user):
                    changed += await self._settle(user.id)
            after = batch[-1].id
        return changed

    async def _batch(self, after: UUID) -> Sequence[Keyed]:
        async with self._database.connection() as connection:
            batch = await queries.others(connection, after, _BATCH)
            right = {user.id: user.key for user in batch if not policy.to_settle(user)}
            if right:
                await queries.mark_right(connection, right)
            return batch

    async def _settle(self, user_id: UUID) -> bool:
        try:
            async with self._database.transaction() as tx:
                await queries.take_turn(tx)
                user = await queries.lock_user(tx, user_id)
                return user is not None and user.form is not KeyForm.MAILBOX and await self._turn(tx, user)
        except UNIQUE_VIOLATION:  # somebody registered there at this moment: the next time there is a holder
            return False

    async def _turn(self, tx: Connection, user: Keyed) -> bool:
        key, spelled = email_key(user.email), spelling_key(user.email)
        holder = await queries.lock_holder(tx, key, user.id)
        turn = policy.judge(user, holder)
        if turn is Turn.WAIT:
            return False
        if turn is Turn.REPLACE and holder is not None:
            await queries.set_key(tx, holder.id, spelling_key(holder.email), KeyForm.SPELLING)
        if turn is Turn.SHARE and holder is not None:
            if user.form is KeyForm.SPELLING:
                return False
            await queries.set_key(tx, user.id, spelled, KeyForm.SPELLING)
            await self._follow(tx, user, spelled)
        else:
            await queries.set_key(tx, user.id, key, KeyForm.MAILBOX)
            await self._follow(tx, user, key)
        return True

    async def _follow(self, tx: Connection, user: Keyed, found_by: str) -> None:
        """Let all that is kept under the user's key of before be found under the one of today."""
        key = email_key(user.email)
        mails = await queries.mails(tx, user.key)
        await queries.count_mails_under(tx, [each for each, to in mails.items() if email_key(to) == key], key)
        await queries.move_requests(tx, user.key, found_by)
        names = {self._names.email(user.key): self._names.email(key)}
        for device_id in await devices.of_user(tx, user.id):
            names[self._names.device(user.key, device_id)] = self._names.device(key, device_id)
        await queries.copy_counters(tx, names)
