"""The profile of a signed-in user: what they are called, and where their parcels go.

No password is asked for once more: whoever holds a stolen session gets at most a print, which is sent once a month,
and an address is typed by people who are on their way. Instead no address changes without a mail to the owner in the
same transaction (so there is no change where the mailbox has had its five an hour), and the mail's «this was not me»
takes the address away together with the session in which it was typed. Undoing another e-mail address does so as well.
"""

from datetime import datetime
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.mail.models import MailKind
from doorstep.mail.service import Outbox
from doorstep.notices.service import Notices
from doorstep.profile import policy, queries
from doorstep.profile.failures import ProfileRefused
from doorstep.profile.models import Profile
from doorstep.sessions.failures import Unauthenticated
from doorstep.users import service as users


class Profiles:
    """Shows and keeps profiles."""

    def __init__(self, database: Database, clock: Clock, outbox: Outbox, notices: Notices) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox
        self._notices = notices

    async def of(self, who: SignedIn) -> Profile:
        """The profile of this user; an empty one until they have told something."""
        async with self._database.connection() as connection:
            return await queries.of_user(connection, who.user.id)

    async def save(self, who: SignedIn, typed: Profile, client: Client) -> Profile:
        """Keep a profile in place of the one before, as it is answered; nothing happens when it is the same.

        Raises ProfileRefused (which names the fields), TooManyMails, Unauthenticated when the account is gone.
        """
        profile, errors = policy.judge(typed)
        if errors:
            raise ProfileRefused(errors=errors)
        now = self._clock()
        async with self._database.transaction() as tx:
            user = await users.lock(tx, who.user.id)  # two tabs save one after the other
            if user is None:
                raise Unauthenticated
            before = await queries.of_user(tx, user.id)
            moves = profile.shipping_address != before.shipping_address
            if profile == before:
                return profile
            if moves:
                await self._outbox.require_room(tx, user.email, MailKind.SHIPPING_ADDRESS_CHANGED)
            await queries.save(tx, user.id, profile, who.session_id, now, is_new_address=moves)
            if profile.name != before.name:
                await _record(tx, EventKind.NAME_CHANGED, client, now, user.id, who.session_id)
            if moves:
                await _record(tx, EventKind.SHIPPING_ADDRESS_CHANGED, client, now, user.id, who.session_id)
                await self._notices.shipping_address_changed(tx, user.id, user.email, who.session_id, client, now)
        return profile


async def forget_address_of_session(
    tx: Connection, user_id: UUID, session_id: UUID, client: Client, now: datetime
) -> None:
    """Take away the address that was typed in a session that was not the owner's."""
    if await queries.empty_of_session(tx, user_id, session_id, now):
        await _record(tx, EventKind.SHIPPING_ADDRESS_CHANGED, client, now, user_id)


async def forget_address_since(tx: Connection, user_id: UUID, moment: datetime, client: Client, now: datetime) -> None:
    """Take away the address that was typed since then: somebody else was in the account."""
    if await queries.empty_since(tx, user_id, moment, now):
        await _record(tx, EventKind.SHIPPING_ADDRESS_CHANGED, client, now, user_id)


async def _record(
    tx: Connection, kind: EventKind, client: Client, now: datetime, user_id: UUID, session_id: UUID | None = None
) -> None:
    """That it changed, and never to what."""
    await audit.record(
        tx, kind=kind, outcome=Outcome.SUCCESS, client=client, now=now, user_id=user_id, session_id=session_id
    )
